"""The client of editors/vscode in a real VS Code: code-server, its page in Chromium, an extension inside that looks around."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import lsp_extension
import pytest
from lsp_extension import MANIFEST, PAGE

CLIENT = Path(__file__).parent.parent / "editors/vscode"
CODE = os.environ.get("SIGMALINT_VSCODE", "")
CHROMIUM = shutil.which("chromium")
OTHERS = {
    "none": '{"type": 5, "modules": 1, "widgets": "a", "widgets": "b"}',
    "other": '{"service": "jellyfin", "type": 5, "modules": 1, "widgets": "a", "widgets": "b"}',
    "empty": "",
}
TWICE = ["json: Duplicate object key"] * 2
"""What VS Code says of each key that is given twice, also without a schema."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CODE or CHROMIUM is None, reason="code-server or Chromium is not installed (.ci/run does)"),
]


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the client installed from its package, and the extension that looks around."""
    home = tmp_path_factory.mktemp("code")
    shutil.copytree(CLIENT / "test/inside", home / "extensions/sigmalint.inside-0.0.0")
    (home / "data/User").mkdir(parents=True)
    (home / "data/User/settings.json").write_text('{"files.autoSave": "off"}', "utf-8")
    subprocess.run(
        [*code_server(home), "--install-extension", str(CLIENT / "sigmalint.vsix")],
        env=environment(home),
        check=True,
        timeout=120,
    )
    return home


def code_server(home: Path) -> list[str]:
    modules = Path(CODE) / "node_modules"
    program = [str(modules / ".bin/node"), str(modules / "code-server/out/node/entry.js")]
    return [*program, "--user-data-dir", str(home / "data"), "--extensions-dir", str(home / "extensions")]


def environment(home: Path) -> dict[str, str]:
    """No `PATH` on which a sigmalint could be found."""
    result = str(home / "result.json")
    return {"HOME": str(home), "SIGMALINT_RESULT": result, "SIGMALINT_VSCODE": CODE, "SIGMALINT_CHROMIUM": str(CHROMIUM)}


def look(home: Path, query: str, *options: str, messages: int) -> tuple[dict[str, Any], list[str]]:
    """Open a folder or workspace: what the extension inside saw, and the messages that were shown."""
    log = home / "log"
    address = ["--bind-addr", "127.0.0.1:0", "--auth", "none", "--disable-telemetry", "--disable-update-check"]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [*code_server(home), *address, *options],
            env=environment(home),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        listening = None
        while listening is None:
            assert server.poll() is None, log.read_text("utf-8")
            time.sleep(0.1)
            listening = re.search(r"listening on (http://127\.0\.0\.1:\d+/)", log.read_text("utf-8"))
        browser = [str(Path(CODE) / "node_modules/.bin/node"), str(CLIENT / "test/open.mjs")]
        shown = subprocess.run(
            [*browser, f"{listening[1]}?{query}", environment(home)["SIGMALINT_RESULT"], str(messages)],
            env=environment(home),
            check=True,
            stdout=subprocess.PIPE,
            timeout=300,
        )
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    seen = json.loads((home / "result.json").read_text("utf-8"))
    assert "error" not in seen, seen["error"]
    return seen, json.loads(shown.stdout)


def without_libraries(folder: Path) -> Path:
    """A `sigmalint` that was installed without its extra `lsp`."""
    script = folder / "bin/sigmalint"
    script.parent.mkdir(parents=True)
    (folder / "pygls.py").write_text("raise ModuleNotFoundError(\"No module named 'pygls'\", name='pygls')", "utf-8")
    start = f"import sys; sys.path.insert(0, {str(folder)!r}); from sigmalint.cli import main; main()"
    script.write_text(f"#!{sys.executable}\n{start}\n", "utf-8")
    script.chmod(0o755)
    return script


def test_what_a_user_sees_and_does(home: Path) -> None:
    first, second = (lsp_extension.write(home / name) for name in ("first", "second"))
    # Manifests of other programs, and one that is begun.
    for name, text in OTHERS.items():
        (second / name).mkdir()
        (second / name / "plugin-manifest.json").write_text(text, "utf-8")
    programs = [without_libraries(home / "bare"), Path(sys.executable).with_name("sigmalint")]
    workspace = {
        "folders": [{"path": "first"}, {"path": "second"}],
        "settings": {"sigmalint.path": [str(program) for program in programs]},
    }
    (home / "both.code-workspace").write_text(json.dumps(workspace), "utf-8")

    query = f"workspace={home / 'both.code-workspace'}"
    seen, messages = look(home, query, "--disable-workspace-trust", messages=0)

    assert messages == []
    assert sorted(seen["unopened"]) == ["SIG102", "SIG112", "SIG112", "SIG201", "SIG201"]
    assert seen["hover"] == ["**crm_mian** - connection that the manifest does not declare"]
    assert seen["connections"] == ["crm_main"]
    fixed = PAGE.replace("crm_mian", "crm_main")
    assert seen["fixed"] == fixed
    assert seen["definition"] == [[str(first / "plugin-manifest.json"), 15, 29]]
    assert seen["renamed"] == {
        "app/widget.html": fixed.replace("crm_main", "crm_new"),
        "app/js/send.js": lsp_extension.SCRIPT.replace("crm_main", "crm_new"),
        "plugin-manifest.json": MANIFEST.replace("crm_main", "crm_new"),
    }
    for told in (seen["manifest"], seen["manifestAlone"]):
        assert [(key, len(texts)) for key, texts in told["hovers"].items()] == [(key, 1) for key in told["hovers"]]
        assert told["hovers"]["location"][0].startswith("**location** - string, required\n\nWhere Writer shows the widget")
        assert {"cspDomains", "locale", "zohoAuthorisation"} <= set(told["keys"])
        assert len(told["keys"]) == len(set(told["keys"]))
        assert told["widget"] == ["icon", "logo"]
        assert told["locations"] == ['"writer.extensions"', '"writer.extensions.popup"']
    assert seen["pages"] == ["/app/widget.html"]
    assert sorted(text.partition("\n")[0] for text in seen["declared"]) == [
        "**connectionLinkName** - string",
        "**crm_new** - connection “CRM”",
    ]
    assert [problem.partition("\n")[0] for problem in seen["problems"]] == [
        *TWICE,
        'sigmalint: "modules.widgets[0].title" must be a string, not a number',
        'sigmalint: "url" is missing in "modules.widgets[0]"',
        'sigmalint: duplicate key "location"',
        'sigmalint: no vendor page knows the location "nowhere"',
    ]
    assert seen["others"] == [{"hovers": [], "keys": ["service"], "problems": TWICE}] * 2
    assert [json.loads(re.sub(r"\$\{\d\|([\w.]+),.*?\}|\$\d", r"\1", text)) for text in seen["skeletons"]] == [
        {"service": "WRITER", "modules": {"widgets": [{"name": "", "location": "writer.extensions", "url": ""}]}}
    ]
    assert seen["saved"] == fixed.replace("Send</button>", "Sent</button>")
    assert seen["next"] == "editor.action.triggerSuggest"


def test_a_sigmalint_without_its_extra_is_said_to_lack_it(home: Path) -> None:
    folder = lsp_extension.write(home / "extension")
    script = without_libraries(folder / ".venv")

    seen, messages = look(home, f"folder={folder}", "--disable-workspace-trust", messages=1)

    assert seen == {"trusted": True}
    lacks = 'sigmalint: the language server needs more packages: pip install "sigmalint[lsp]"'
    assert messages == [f"sigmalint cannot be started. {script}: {lacks}"]


def test_nothing_of_a_folder_that_is_not_trusted_is_started(home: Path) -> None:
    folder = lsp_extension.write(home / "extension")
    script = without_libraries(folder / ".venv")
    (folder / ".vscode").mkdir()
    (folder / ".vscode/settings.json").write_text(json.dumps({"sigmalint.path": [str(script)]}), "utf-8")

    seen, messages = look(home, f"folder={folder}", messages=1)

    assert seen == {"trusted": False}
    where = "outside of this workspace, which is not trusted"
    assert messages == [f'sigmalint was not found {where}. Install it with: pipx install "sigmalint[lsp]"']
