"""No report, log or traceback shows a credential; fingerprints name one; the configuration allows one."""

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from credential_help import CODES, LETTERS, MANIFEST, lint_files, load_snippets, made, private_key, zoho_token

from sigmalint import cli
from sigmalint.baseline import dump
from sigmalint.credentials.masking import fingerprint
from sigmalint.registry import load_rules
from sigmalint.report import FORMATS, ReportContext, render
from sigmalint.result import Result

SNIPPETS = load_snippets()
EVERY = frozenset(rule.meta.code for rule in load_rules())
KEY = made(LETTERS, 32)
PASSWORD = "w" + made(LETTERS, 10, 4) + "7"


def reports(result: Result) -> dict[str, str]:
    """All that is said of a result, by format."""
    context = ReportContext(rules=load_rules(), version="0", verbose=True, suppressed=True)
    said = {format: render(format, result, context) for format in FORMATS}
    return {**said, "baseline": dump([*result.findings, *result.suppressed])}


def leaks(said: str, secret: str) -> bool:
    """Whether a text shows a secret, whole or in all but its beginning."""
    return secret in said or (len(secret) >= 12 and secret[4:] in said) or json.dumps(secret)[1:-1] in said


def test_no_report_shows_a_labelled_credential() -> None:
    for snippet in SNIPPETS.positives(seed=5, rounds=1):
        result = lint_files({snippet.name: snippet.text}, EVERY)
        assert result.findings
        for format, said in reports(result).items():
            assert not leaks(said, snippet.text[snippet.start : snippet.end]), (format, snippet.text)


@pytest.mark.parametrize(
    "script",
    [
        f'SigmaSDK.WRITER.request({{ type: "get", url: "http://svc:{PASSWORD}@acme-crm.io/a" }});',
        f'SigmaSDK.WRITER.request({{ typ: "GET", url: "a.io?api_key={KEY}", headers: {{ Authorization: "Bearer {KEY}" }} }});',
        f'SigmaSDK.WRITER.request({{ method: "{KEY}", url: "https://acme-crm.io/", apiKey: "{KEY}" }});',
        f'const apiKey = "{KEY}"; SigmaSDK.WRITER.request({{ connectionLinkName: "{KEY}", type: apiKey, url: apiKey }});',
        f'const apiKey = "{KEY}" const b = 1;',
        f'const k = `{private_key()}`; SigmaSDK.WRITER.request({{ type: "get", url: k }});',
        f'SigmaSDK.WRITER.request({{ type: "GET", url: "https://acme-crm.io/?t={zoho_token()}" + rest }});',
    ],
)
def test_other_rules_that_quote_a_value_do_not_show_it(script: str) -> None:
    result = lint_files({"app/a.js": script}, EVERY)
    assert {finding.rule.code for finding in result.findings} - CODES
    for format, said in reports(result).items():
        for secret in (KEY, PASSWORD, zoho_token(), private_key()[40:90]):
            assert not leaks(said, secret), format


def test_a_traceback_does_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **more: object) -> None:
        raise ValueError(f"cannot read {KEY} and {zoho_token()}")

    monkeypatch.setattr("sigmalint.suppress.apply", fail)
    result = lint_files({"app/a.js": f'const apiKey = "{KEY}";'}, EVERY)
    assert any("cannot read" in failure for failure in result.failures)
    for format, said in reports(result).items():
        assert not leaks(said, KEY), format
        assert not leaks(said, zoho_token()), format


def test_the_frame_shows_the_line_without_the_value() -> None:
    said = reports(lint_files({"app/a.js": f'const apiKey = "{KEY}"; // old: {KEY}\n'}))["text"]
    assert f' 1 | const apiKey = "{"*" * 32}"; // old: {"*" * 32}' in said
    assert '"apiKey" holds a literal secret (32 characters)' in said


def test_a_message_shows_at_most_the_beginning_that_all_of_a_kind_share() -> None:
    token = "gh" + "p_" + made(LETTERS, 36, 9)
    (finding,) = lint_files({"app/a.js": f'send("{token}");'}).findings
    assert finding.message == 'a GitHub token (40 characters, begins with "ghp_") is in the source'


def test_the_fingerprint_follows_rule_path_and_value_not_the_line() -> None:
    script = f'const apiKey = "{KEY}";\n'
    (one,) = lint_files({"app/a.js": script}).findings
    (moved,) = lint_files({"app/a.js": "\n\n// new\n  " + script}).findings
    (elsewhere,) = lint_files({"app/b.js": script}).findings
    (other,) = lint_files({"app/a.js": script.replace(KEY, KEY[::-1])}).findings
    assert one.fingerprint == moved.fingerprint == fingerprint("SIG304", "app/a.js", KEY)
    assert len({one.fingerprint, elsewhere.fingerprint, other.fingerprint}) == 3
    twice = lint_files({"app/a.js": script + script.replace("const apiKey", "const secret")}).findings
    assert len({finding.fingerprint for finding in twice}) == 2


Check = Callable[..., list[str]]


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Check:
    """Run the command line on files; the credential findings as `path name fingerprint`."""

    def run(files: Mapping[str, str], *options: str) -> list[str]:
        for name, text in {"plugin-manifest.json": MANIFEST, **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit):
            cli.main(["check", ".", "--format", "json", "--verbose", *options])
        captured = capsys.readouterr()
        assert not leaks(captured.out + captured.err, KEY)
        if not captured.out:
            return captured.err.splitlines()
        found = json.loads(captured.out)["findings"]
        return [f"{one['path']} {one['name']} {one['fingerprint']}" for one in found if one["code"] in CODES]

    return run


SCRIPTS = {"app/a.js": f'const apiKey = "{KEY}";\n', "app/demo/b.js": f'const demoSecret = "{KEY}";\n'}


def test_the_configuration_allows_by_fingerprint_name_and_path(check: Check) -> None:
    found = check(SCRIPTS)
    assert [line.split()[0] for line in found] == ["app/a.js", "app/demo/b.js"]
    for allowed, left in (
        (found[0].split()[2], ["app/demo/b.js"]),
        ("demo*", ["app/a.js"]),
        ("app/demo/**", ["app/a.js"]),
        ("other", ["app/a.js", "app/demo/b.js"]),
    ):
        config = {"sigmalint.toml": f'[secrets]\nallow = ["{allowed}"]\n'}
        assert [line.split()[0] for line in check({**SCRIPTS, **config})] == left
        assert len(check({**SCRIPTS, **config}, "--untrusted")) == 2


def test_what_is_packed_is_searched_also_where_version_control_ignores_it(check: Check, tmp_path: Path) -> None:
    hidden = {"app/.env": f"API_SECRET={KEY}\n", "server/.env": f"API_SECRET={KEY}\n", ".gitignore": ".env\n"}
    assert [line.split()[0] for line in check(hidden)] == ["app/.env"]
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        for name, text in {"plugin-manifest.json": MANIFEST, "app/a.html": "<p></p>", **hidden}.items():
            archive.writestr(name, text)
    with pytest.raises(SystemExit):
        cli.main(["check", str(tmp_path / "packed.zip"), "--format", "concise", "--output-file", str(tmp_path / "report")])
    said = (tmp_path / "report").read_text()
    assert "packed.zip/app/.env:1:12: error SIG304" in said
    assert "server" not in said


def test_a_raw_value_is_refused_and_not_repeated(check: Check) -> None:
    (said,) = check({**SCRIPTS, "sigmalint.toml": f'[secrets]\nallow = ["{KEY}"]\n'})
    assert "sigmalint.toml:2: secrets.allow: looks like a credential itself" in said


def test_what_is_allowed_is_still_not_shown(tmp_path: Path) -> None:
    script = f'const apiKey = "{KEY}"; SigmaSDK.WRITER.request({{ type: "get", url: apiKey }});'
    result = lint_files({"app/a.js": script}, EVERY, secret_allowed=lambda fingerprint, path, name: True)
    assert not {finding.rule.code for finding in result.findings} & CODES
    assert result.findings
    assert not any(leaks(said, KEY) for said in reports(result).values())
