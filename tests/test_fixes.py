"""Fixes applied to files: what remains, and that nothing else changes."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from extension_data import MANIFEST, SDK, request, write
from hypothesis import given, settings
from hypothesis import strategies as st

from sigmalint import fixes
from sigmalint.finding import Edit, Fix
from sigmalint.fixes import Fixed, applied
from sigmalint.result import Result
from sigmalint.runner import Options, Run
from sigmalint.sources.page import read_page
from sigmalint.sources.text import SourceFile, Span


def fix(folder: Path, *, unsafe: bool = False, **more: object) -> Fixed:
    def lint(overlay: Mapping[str, bytes]) -> tuple[Run, Result]:
        run = Run([folder], Options(root=str(folder), isolated=True, overlay=overlay, **more))  # type: ignore[arg-type]
        return run, run.lint()

    return fixes.fix(lint, unsafe=unsafe)


def fixed(tmp_path: Path, files: Mapping[str, str | bytes], *, unsafe: bool = False) -> dict[str, bytes]:
    """What fixing makes of files, by path."""
    folder = write(tmp_path / "x", files)
    return {change.shown: change.after for change in fix(folder, unsafe=unsafe).changes}


def test_entities_quotes_line_ends_encoding_and_byte_order_mark_stay(tmp_path: Path) -> None:
    page = (
        "\ufeff<!doctype html>\r\n" + SDK.replace("\n", "\r\n") + "<p title='é &amp; 😀'>\r\n"
        '<b onclick="SigmaSDK.WRITER.request({url: &quot;https://a.example/?a&amp;b&quot;, method: &#39;GET&#39;, '
        'connectionLinkName: &quot;crm_mian&quot;}).catch(e =&gt; 0)">x</b>\r\n\t<script>'
        "SigmaSDK.WRITER.request({url: 'https://a.example/', type: `get`, connectionLinkName: 'crm_mian'}).catch(f)</script>"
    )
    after = page.replace("method", "type").replace("crm_mian", "crm_main").replace("`get`", "`GET`")
    for encoding in ("utf-8", "utf-16-le"):
        assert fixed(tmp_path / encoding, {"app/panel.html": page.encode(encoding)}) == {
            "app/panel.html": after.encode(encoding)
        }


def test_a_page_in_an_old_encoding_stays_in_it(tmp_path: Path) -> None:
    page = f'<meta charset="windows-1252">\n{SDK}<p>é</p><script>{request()}</script>'
    after = page.replace("crm_mian", "crm_main")
    assert fixed(tmp_path, {"app/panel.html": page.encode("cp1252")}) == {"app/panel.html": after.encode("cp1252")}


def test_what_is_not_sound_text_is_left_alone(tmp_path: Path) -> None:
    folder = write(tmp_path, {"a.js": f"{request()} // ".encode() + b"\xff\n"})
    outcome = fix(folder)
    assert outcome.changes == []
    assert list(outcome.refused) == ["a.js"]


def test_unsafe_fixes_wait_until_they_are_asked_for(tmp_path: Path) -> None:
    files = {"a.js": request("crm_main", url="http://a.example/x")}
    assert fixed(tmp_path / "safe", files) == {}
    assert fixed(tmp_path / "unsafe", files, unsafe=True) == {"a.js": request("crm_main").encode()}


def test_a_manifest_loses_comments_and_trailing_commas_and_nothing_else(tmp_path: Path) -> None:
    manifest = '{ // the product\n\t"service":"WRITER",\r\n "modules": {"widgets": []}, /* x */ "connectors": [ ],\n}'
    after = '{\n\t"service":"WRITER",\r\n "modules": {"widgets": []},  "connectors": [ ]\n}'
    assert fixed(tmp_path, {"plugin-manifest.json": manifest, "a.js": "f();"}) == {"plugin-manifest.json": after.encode()}


def test_fixes_that_overlap_take_turns(tmp_path: Path) -> None:
    script = f"{request('crm_main')} // sigmalint-disable-line SIG101, SIG103, SIG118\n"
    assert fixed(tmp_path, {"a.js": script}) == {"a.js": f"{request('crm_main')}\n".encode()}


def test_fixes_of_findings_that_are_not_shown_are_not_applied(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", {"a.js": f"{request()} // sigmalint-disable-line SIG201\n", "b.js": request()})
    assert [change.shown for change in fix(folder).changes] == ["b.js"]
    baseline = tmp_path / "known.json"
    subprocess.run(
        [sys.executable, "-m", "sigmalint", "-q", "--write-baseline", baseline, "--root", folder, folder], check=False
    )
    assert fix(folder, baseline=str(baseline)).changes == []


def test_a_fix_after_which_the_file_would_not_parse_is_not_applied(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Odd(Fix):
        """A fix that breaks strings."""

        @classmethod
        def replace_string(cls, span: Span, old: str, new: str) -> Fix:
            return Fix("break it", (Edit(span, '"' if old == "crm_mian" else f'"{new}"'),))

    monkeypatch.setattr("sigmalint.rules.unknown_connection.Fix", Odd)
    monkeypatch.setattr("sigmalint.rules.method_case.Fix", Odd)
    script = f"{request()}\n{request('crm_main', method='get')}\n"
    after = script.replace('"get"', '"GET"')
    assert fixed(tmp_path, {"a.js": script}) == {"a.js": after.encode()}


def test_a_text_in_an_attribute_is_escaped() -> None:
    file = SourceFile("a.html", """<b onclick="f('a')"><b onclick='f("a")'><b onclick=f(1)><script>f("a")</script>""")
    read_page(file)
    for code, text in (("f('a')", "x &amp; &quot;y&quot;"), ('f("a")', 'x &amp; "y"'), ("f(1)", "x&#32;&amp;&#32;&#34;y&#34;")):
        start = file.text.index(code)
        (edit,) = Fix("", (Edit(Span(file, start, start + len(code)), 'x & "y"'),)).in_code().edits
        assert edit.text == text
    start = file.text.rindex("f(")
    assert Fix("", (Edit(Span(file, start, start + 1), '"&'),)).in_code().edits[0].text == '"&'


@pytest.mark.parametrize("name", ['a"b', "a'b", "a\\b", "a b", "a<b", "a&b", "${a}", "a\nb"])
def test_a_name_that_would_need_escapes_is_not_written(name: str) -> None:
    file = SourceFile("a.js", '"a"')
    assert Fix.replace_string(Span(file, 0, 3), "a", name) is None


class TestWriting:
    def test_a_file_that_changed_meanwhile_is_not_written(self, tmp_path: Path) -> None:
        folder = write(tmp_path, {"a.js": request(), "b.js": request()})
        outcome = fix(folder)
        (folder / "a.js").write_text("mine")
        assert list(fixes.write(outcome.changes)) == [("a.js", "it changed meanwhile")]
        assert (folder / "a.js").read_text() == "mine"
        assert (folder / "b.js").read_text() == request("crm_main")

    def test_permissions_and_links_stay_and_nothing_is_left_behind(self, tmp_path: Path) -> None:
        folder = write(tmp_path, {"lib/a.js": request()})
        (folder / "lib/a.js").chmod(0o754)
        (folder / "b.js").symlink_to("lib/a.js")
        assert list(fixes.write(fix(folder).changes)) == []
        assert (folder / "lib/a.js").stat().st_mode & 0o777 == 0o754
        assert (folder / "b.js").is_symlink()
        assert sorted(os.listdir(folder / "lib")) == ["a.js"]


class TestCommandLine:
    def run(self, *args: str | Path, cwd: Path, text: bytes | None = None) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "sigmalint", *map(str, args)]
        done = subprocess.run(command, cwd=cwd, input=text, capture_output=True, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_fix_exits_by_what_remains(self, tmp_path: Path) -> None:
        folder = write(tmp_path, {"a.js": f"{request()}\n{request(url='no')}\n"})
        status, out, err = self.run("--fix", "--format", "concise", ".", cwd=folder)
        assert (status, err) == (1, "sigmalint: 2 fixes in 1 file\n")
        assert out.startswith("a.js:2:")
        assert self.run("--fix", ".", cwd=write(tmp_path / "y", {"a.js": request()}))[0] == 0

    def test_diff_writes_nothing_and_git_applies_it(self, tmp_path: Path) -> None:
        script = f"// é\r\n{request()}"
        folder = write(tmp_path, {"app/a.js": script})
        status, out, _ = self.run("--diff", ".", cwd=folder)
        assert status == 1
        assert (folder / "app/a.js").read_bytes() == script.encode()
        subprocess.run(["git", "apply", "-"], cwd=folder, input=out.encode(), check=True)
        assert (folder / "app/a.js").read_bytes() == script.replace("mian", "main").encode()
        assert self.run("--diff", ".", cwd=folder)[:2] == (0, "")

    def test_what_comes_from_stdin_is_linted_as_the_named_file(self, tmp_path: Path) -> None:
        folder = write(tmp_path, {"app/a.js": "saved();", "app/b.js": request()})
        for name in ("app/a.js", "app/new.js"):
            args = ("--format", "concise", "--stdin-filename", name, "-")
            status, out, _ = self.run(*args, cwd=folder, text=request().encode())
            assert status == 1
            assert out.startswith(f'{name}:1:87: error SIG201 connection "crm_mian"')
            assert "b.js" not in out
        _, out, _ = self.run("--diff", "--stdin-filename", "app/a.js", "-", cwd=folder, text=request().encode())
        assert out.count("\n+") == 2
        for args in (("-",), ("--stdin-filename", "a.js"), ("--fix", "--stdin-filename", "a.js", "-"), ("--unsafe-fixes", ".")):
            assert self.run(*args, cwd=folder, text=b"")[0] == 2

    def test_a_fix_is_not_written_into_an_archive(self, tmp_path: Path) -> None:
        import zipfile

        with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
            archive.writestr("plugin-manifest.json", MANIFEST)
            archive.writestr("a.js", request())
        before = (tmp_path / "x.zip").read_bytes()
        status, _, err = self.run("--fix", "x.zip", cwd=tmp_path)
        assert (status, "x.zip/a.js is not fixed: it is no plain file" in err) == (1, True)
        assert (tmp_path / "x.zip").read_bytes() == before


@settings(max_examples=50)
@given(st.text(max_size=60), st.data())
def test_only_what_the_edits_cover_changes(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    places = list(zip(cuts[::2], cuts[1::2], strict=False))
    file = SourceFile("a.js", text)
    edits = [Edit(Span(file, start, end), "<>") for start, end in places]
    expected = text
    for start, end in reversed(places):
        expected = expected[:start] + "<>" + expected[end:]
    assert applied(text, reversed(edits)) == expected
