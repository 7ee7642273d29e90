"""After any edits the language server finds what the command line finds in the same texts."""

import random
import shutil
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("pygls")

import lsp_extension
from lsp_extension import PAGE, linted
from lsprotocol import types

from sigmalint.analysis.program import Interpreter
from sigmalint.finding import Finding
from sigmalint.lsp.texts import Positions
from sigmalint.lsp.workspace import Workspace
from sigmalint.runner import Options, Run
from sigmalint.sources.text import SourceFile

FILES = ("app/widget.html", "app/js/send.js", "plugin-manifest.json")
PIECES = (
    *" \n;,(){}[]\"'`<>/:.😀é",
    "crm_main",
    "crm_x",
    "type: ",
    "// ",
    "/*",
    "*/",
    "<script>",
    "</script>",
    "<!--",
    "// sigmalint-disable-next-line SIG201\n",
    "SigmaSDK.WRITER.request({ url: 'x' });\n",
    "await ",
    "return ",
    "var options = ",
    "let ",
    "function f() {",
    "if (x) {",
    ".then((answer) => { list.innerHTML = answer; })",
    "rows = answer; document.write(rows);\n",
    'fetch("https://www.example.com/" + x);\n',
    'eval("x");\n',
)


def facts(finding: Finding) -> tuple[object, ...]:
    fix = finding.fix and [(edit.span.file.path, edit.span.start, edit.span.end, edit.text) for edit in finding.fix.edits]
    related = [(one.span.file.path, one.span.start, one.span.end, one.message) for one in finding.related]
    span = finding.span
    return (finding.rule.code, span.file.path, span.start, span.end, finding.message, finding.level, str(fix), related)


def of_the_server(workspace: Workspace) -> list[tuple[object, ...]]:
    paths = {path for held in workspace.extensions() for path in held.findings}
    return sorted((facts(finding) for path in paths for finding in workspace.findings(path)), key=repr)


def of_the_command_line(workspace: Workspace, folder: Path) -> list[tuple[object, ...]]:
    for path, buffer in workspace.buffers.items():
        Path(path).write_bytes((buffer.lead + buffer.text).encode())
    return sorted(map(facts, Run([folder], Options()).lint().findings), key=repr)


def test_a_file_that_is_opened_before_anything_was_linted(tmp_path: Path) -> None:
    """Its paths are reported from the top of the checkout, not from the workspace's folder."""
    (tmp_path / ".git").mkdir()
    folder = lsp_extension.write(tmp_path / "extension")
    workspace = Workspace()
    workspace.add_folder(str(folder))
    workspace.open(str(folder / "app/widget.html"), PAGE)
    workspace.refresh()

    assert of_the_server(workspace) == of_the_command_line(workspace, folder)
    assert {path for _, path, *_ in of_the_server(workspace)} == {"extension/app/widget.html"}


def test_folders_that_hold_each_other_and_an_open_file_of_none(tmp_path: Path) -> None:
    inner = lsp_extension.write(tmp_path / "inner")
    page = inner / "app/widget.html"
    workspace = Workspace()

    def check(*folders: Path) -> None:
        workspace.refresh()
        assert of_the_server(workspace) == sorted(
            (fact for folder in folders for fact in of_the_command_line(workspace, folder)), key=repr
        )
        assert all(Path(path).exists() for held in workspace.extensions() for path in held.findings)

    workspace.add_folder(str(inner))
    check(inner)
    workspace.open(str(page), PAGE + "<!-- 1 -->")
    workspace.add_folder(str(tmp_path))
    check(tmp_path)
    lsp_extension.write(tmp_path / "other")
    workspace.find_anew()
    check(tmp_path)
    workspace.remove_folder(str(tmp_path))
    check(inner)
    workspace.remove_folder(str(inner))
    check(inner)
    workspace.close(str(page))
    check()


def test_a_page_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    folder = lsp_extension.write(tmp_path)
    workspace = linted(folder, *FILES)
    page = str(folder / "app/new/deep/widget.html")
    workspace.open(page, PAGE)
    workspace.open(str(folder / "node_modules/new/widget.html"), PAGE)
    workspace.refresh()

    found = {Path(path).relative_to(folder).as_posix() for held in workspace.extensions() for path in held.findings}
    assert found == {"app/widget.html", "app/new/deep/widget.html"}
    Path(page).parent.mkdir(parents=True)
    workspace.close(str(folder / "node_modules/new/widget.html"))
    workspace.refresh()
    assert of_the_server(workspace) == of_the_command_line(workspace, folder)


@pytest.mark.parametrize("goes", [True, False])
def test_pages_without_a_manifest_that_change_on_disk(tmp_path: Path, goes: bool) -> None:
    folder = lsp_extension.write(tmp_path)
    manifest, page = folder / "plugin-manifest.json", folder / "app/widget.html"
    if not goes:
        manifest.unlink()
    workspace = Workspace()
    workspace.add_folder(str(folder))
    workspace.refresh()
    manifest.unlink(missing_ok=True)
    workspace.find_anew(str(manifest))
    workspace.refresh()

    page.write_text(f"<!-- one line more -->\n{PAGE}", "utf-8")
    workspace.touch(str(page))
    workspace.refresh()

    assert of_the_server(workspace) == of_the_command_line(workspace, folder)
    assert "SIG003" in str(of_the_server(workspace))
    workspace.open(str(page), PAGE)
    whole = types.TextDocumentContentChangeWholeDocument("<script src='missing.js'></script>")
    workspace.change(str(page), partial(Positions("utf-16").change, changes=[whole]))
    workspace.refresh()
    assert of_the_server(workspace) == of_the_command_line(workspace, folder)
    assert {path for _, path, *_ in of_the_server(workspace)} == {"app/js/send.js"}


def test_a_closed_file_is_what_it_is_on_disk(tmp_path: Path) -> None:
    folder = lsp_extension.write(tmp_path)
    workspace = Workspace()
    workspace.add_folder(str(folder))
    path = folder / "app/widget.html"
    workspace.open(str(path), PAGE)
    workspace.refresh()
    path.write_text(PAGE.replace("crm_mian", "crm_main"), "utf-8")
    workspace.close(str(path))
    workspace.refresh()

    assert of_the_server(workspace) == of_the_command_line(workspace, folder)
    assert "crm_mian" not in str(of_the_server(workspace))


def edit(workspace: Workspace, path: str, chance: random.Random) -> None:
    """Edit a document in up to three places, in one of the ways in which clients tell it."""
    buffer, positions = workspace.buffers[path], Positions("utf-16")
    text, changes = buffer.text, []
    for _ in range(chance.choice((1, 1, 2, 3))):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((0, 0, 0, 1, 1, 3, 30)))
        new = chance.choice(PIECES) if chance.random() < 0.7 else ""
        file = SourceFile(path, text)
        where = types.Range(positions.position(file, start), positions.position(file, end))
        changes.append(types.TextDocumentContentChangePartial(where, new))
        text = text[:start] + new + text[end:]
    whole = types.TextDocumentContentChangeWholeDocument(buffer.lead + text)
    match chance.choice(("one by one", "together", "whole", "there and back")):
        case "one by one":
            told = [[change] for change in changes]
        case "together":
            told = [[*changes]]
        case "whole":
            told = [[whole]]
        case _:
            told = [[*changes], [types.TextDocumentContentChangeWholeDocument(buffer.lead + buffer.text)], [whole]]
    for one in told:
        workspace.change(path, partial(positions.change, changes=one))


def switch_on_every_rule(folder: Path) -> None:
    config = folder / "sigmalint.toml"
    if not config.exists():
        config.write_text('select = ["SIG"]\n')


def check(folder: Path, seed: int, steps: int) -> None:
    lsp_extension.write(folder)
    switch_on_every_rule(folder)
    workspace = linted(folder, *FILES)
    chance = random.Random(seed)
    assert of_the_server(workspace) == of_the_command_line(workspace, folder)
    for step in range(steps):
        edit(workspace, str(folder / chance.choice(FILES[:2] if step % 5 else FILES)), chance)
        workspace.refresh()
        expected = of_the_command_line(workspace, folder)
        assert of_the_server(workspace) == expected, f"step {step}"


@pytest.mark.parametrize("seed", range(4))
def test_random_edits(tmp_path: Path, seed: int) -> None:
    check(tmp_path, seed, 15)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_many_random_edits(tmp_path: Path, seed: int) -> None:
    check(tmp_path, seed, 60)


BESIDE = """
function paint(rows) {
  // rows are drawn
  const list = document.createElement("ul");
  for (const row of rows) { list.textContent += row; }
  return list;
}
"""


def check_typing(tmp_path: Path, typed: str, place: str) -> None:
    folder = lsp_extension.write(tmp_path)
    text = PAGE.replace("</script>\n</body>", f"// send it\n{BESIDE}</script>\n</body>")
    (folder / "app/widget.html").write_text(text, "utf-8")
    workspace = linted(folder, *FILES)
    path, positions = str(folder / "app/widget.html"), Positions("utf-16")
    at = text.index(place.replace("|", "")) + place.index("|")
    for length in (*range(1, len(typed) + 1), *reversed(range(len(typed)))):
        whole = types.TextDocumentContentChangeWholeDocument(text[:at] + typed[:length] + text[at:])
        workspace.change(path, partial(positions.change, changes=[whole]))
        workspace.refresh()
        assert of_the_server(workspace) == of_the_command_line(workspace, folder), typed[:length]


TYPED = (" // a note", "let count = 0;", "<b>markup</b>", "crm_main", "SigmaSDK.WRITER", "typeof send", "send(")
PLACES = ("// rows| are", "  const| list = document", "<button| onclick", "|<script src", "<script>|\n", "// send| it")


@pytest.mark.parametrize(("typed", "place"), list(zip(TYPED, PLACES, strict=False)))
def test_typing_where_it_matters_to_no_request(tmp_path: Path, typed: str, place: str) -> None:
    check_typing(tmp_path, typed, place)


@pytest.mark.slow
@pytest.mark.parametrize("typed", TYPED)
@pytest.mark.parametrize("place", PLACES)
def test_typing_anything_anywhere(tmp_path: Path, typed: str, place: str) -> None:
    check_typing(tmp_path, typed, place)


def test_typing_and_deleting_a_request(tmp_path: Path) -> None:
    folder = lsp_extension.write(tmp_path)
    workspace = linted(folder, *FILES)
    path = str(folder / "app/widget.html")
    before = of_the_server(workspace)
    positions = Positions("utf-16")
    typed = 'SigmaSDK.WRITER.request({ connectionLinkName: "crm_mian", type: "GET" });\n'
    place = PAGE.index("    WriterClient.dispatch")
    texts = [PAGE[:place] + typed[:length] + PAGE[place:] for length in range(0, len(typed) + 1, 5)]
    for text in (*texts, *reversed(texts), PAGE):
        whole = types.TextDocumentContentChangeWholeDocument(text)
        workspace.change(path, partial(positions.change, changes=[whole]))
        workspace.refresh()
        assert of_the_server(workspace) == of_the_command_line(workspace, folder)
    assert of_the_server(workspace) == before


DEFAULTS = """
function load(o) {
  if (!o) { o = { type: "get" }; }
  return SigmaSDK.WRITER.request({ url: "https://www.example.com/", type: o.type, connectionLinkName: "crm_main" });
}
function pages() { return load({ type: "POST" }); }
load();
"""


@pytest.mark.parametrize(("old", "new"), [("load();\n", ""), ("load();\n", "// load();\n"), ("load();\n", "lod();\n")])
def test_the_last_call_of_a_function_that_another_one_calls_goes(tmp_path: Path, old: str, new: str) -> None:
    folder = lsp_extension.write(tmp_path)
    (folder / "app/js/send.js").write_text(DEFAULTS, "utf-8")
    workspace = linted(folder, *FILES)
    path, positions = str(folder / "app/js/send.js"), Positions("utf-16")
    assert "SIG118" in str(of_the_server(workspace))

    for text in (DEFAULTS.replace(old, new), DEFAULTS, DEFAULTS.replace(old, new)):
        whole = types.TextDocumentContentChangeWholeDocument(text)
        workspace.change(path, partial(positions.change, changes=[whole]))
        workspace.refresh()
        assert of_the_server(workspace) == of_the_command_line(workspace, folder)
    assert "SIG118" not in str(of_the_server(workspace))


MODULE = """<html>
<body>
<script src="https://static.zohocdn.com/sigma/client/sdk/v3/sigma-sdk.min.js"></script>
<script type="module">
import x from "./missing.js";
eval("1");
SigmaSDK.WRITER.init();
</script>
</body>
</html>
"""


@pytest.mark.parametrize(
    ("old", "new"), [("init();", "init( );"), ('eval("1");\n', ""), ('import x from "./missing.js";\n', "")]
)
def test_one_change_from_the_markup_into_a_script(tmp_path: Path, old: str, new: str) -> None:
    folder = lsp_extension.write(tmp_path)
    switch_on_every_rule(folder)
    (folder / "app/widget.html").write_text(MODULE, "utf-8")
    workspace = linted(folder, *FILES)
    path, positions = str(folder / "app/widget.html"), Positions("utf-16")
    assert {"SIG506", "SIG602"} <= {code for code, *_ in of_the_server(workspace)}

    for text in (MODULE.replace("<html>", '<html lang="en">').replace(old, new), MODULE):
        whole = types.TextDocumentContentChangeWholeDocument(text)
        workspace.change(path, partial(positions.change, changes=[whole]))
        workspace.refresh()
        assert of_the_server(workspace) == of_the_command_line(workspace, folder)


GLOBAL = """
document.addEventListener("ready", function () { writer = SigmaSDK.WRITER; });
function like() {
  return writer.request({ connectionLinkName: "crm_mian", type: "GET", url: "https://www.example.com/" });
}
var count = 1;
document.addEventListener("click", function () { like(); });
"""


def test_a_global_that_a_handler_makes_is_there_when_the_page_is_loaded_anew(tmp_path: Path) -> None:
    folder = lsp_extension.write(tmp_path)
    (folder / "app/js/send.js").write_text(GLOBAL, "utf-8")
    workspace = linted(folder, *FILES)
    path, positions = str(folder / "app/js/send.js"), Positions("utf-16")

    for text in (
        GLOBAL.replace("count = 1", "count = 2"),
        GLOBAL.replace("like();", "like(1);"),
        GLOBAL.replace("1;", "like;"),
    ):
        whole = types.TextDocumentContentChangeWholeDocument(text)
        workspace.change(path, partial(positions.change, changes=[whole]))
        workspace.refresh()
        assert of_the_server(workspace) == of_the_command_line(workspace, folder)
        assert "crm_mian" in str(of_the_server(workspace))


def test_what_was_kept_and_is_at_fault_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = lsp_extension.write(tmp_path)
    workspace = linted(folder, *FILES)

    def fail(*_: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(Interpreter, "rerun", fail)
    edit(workspace, str(folder / "app/widget.html"), random.Random(3))
    workspace.refresh()

    assert of_the_server(workspace) == of_the_command_line(workspace, folder)


def test_what_was_saved_is_read_anew_when_the_client_rests(tmp_path: Path) -> None:
    folder = lsp_extension.write(tmp_path)
    workspace = linted(folder, *FILES)
    [held] = workspace.extensions()
    workspace.save(str(folder / "app/widget.html"))
    workspace.refresh()
    kept = held.extension

    assert workspace.renew()
    workspace.refresh()

    assert (held.memory.runs, workspace.renew()) == (1, False)
    assert held.extension is not kept


# --- the fixtures ------------------------------------------------------------------------------------------------------

FIXTURES = sorted(path for path in (Path(__file__).parent.parent / "fixtures").iterdir() if path.is_dir())
SUFFIXES = (".html", ".js", ".mjs", ".ts", ".tsx", ".json")
CODE = (
    *PIECES,
    "state.x = 1;",
    "x = 3;",
    "function g() { return 1; }\n",
    "class A { m() {} }\n",
    "async ",
    ".catch(() => {})",
    '"GET"',
    "postBody: { a: 1 },",
    " // c\n",
    "typeof foo",
    "try {",
    "${",
    "=>",
    'const apiKey = "x8Kq2mVn4Lp9Rt3Wz7Yb";',
)


def check_fixture(fixture: Path, folder: Path, seed: int, steps: int) -> None:
    shutil.copytree(fixture, folder, dirs_exist_ok=True)
    switch_on_every_rule(folder)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in SUFFIXES)
    texts = [name for name in names if _is_text(folder / name)]
    workspace, positions, chance = linted(folder, *texts), Positions("utf-16"), random.Random(seed)
    for step in range(steps):
        if step % 4 == 3:  # something else than typing
            edit(workspace, str(folder / chance.choice(texts)), chance)
        if step % 4 == 0:  # somebody types on for a while
            path = str(folder / chance.choice(texts))
            at = chance.randrange(len(workspace.buffers[path].text) + 1)
        document = workspace.buffers[path]
        at = min(at, len(document.text))
        end = min(len(document.text), at + chance.choice((0, 0, 0, 1, 3, 30)))
        new = chance.choice(CODE) if chance.random() < 0.7 else ""
        where = types.Range(positions.position(document, at), positions.position(document, end))
        change = types.TextDocumentContentChangePartial(where, new)
        workspace.change(path, partial(positions.change, changes=[change]))
        at += len(new)
        workspace.refresh()
        assert of_the_server(workspace) == of_the_command_line(workspace, folder), f"step {step}"


def _is_text(path: Path) -> bool:
    try:
        return bool(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        return False


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_edits_of_a_fixture(fixture: Path, tmp_path: Path) -> None:
    check_fixture(fixture, tmp_path / "extension", 1, 4)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 22))
@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_many_edits_of_a_fixture(fixture: Path, tmp_path: Path, seed: int) -> None:
    check_fixture(fixture, tmp_path / "extension", seed, 16)
