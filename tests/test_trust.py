"""`--untrusted`: nothing inside the linted tree silences a reviewer, and nothing in it is run, with or without the option."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from extension_data import SDK, lint_memory, request, write

BAD = request()
SILENCING = {
    "sigmalint.toml": '[sigmalint]\nselect = []\nexclude = ["**"]\nfail-on = "never"\n'.replace("[sigmalint]\n", ""),
    "app/pyproject.toml": '[tool.sigmalint]\nignore = ["SIG"]\nlevels = { SIG = "note" }\n',
    "package.json": '{"sigmalint": {"per-file-ignores": {"**": ["SIG"]}, "request": {"connection-required": false}}}',
    ".gitignore": "*\n!/plugin-manifest.json\n",
    "app/.gitignore": "*.js\n",
    ".ignore": "*\n",
    ".sigmalintignore": "*\n",
    "app/a.js": f"/* sigmalint-disable-file SIG */\n// sigmalint-disable-next-line SIG201\n{BAD}\n",
    "app/panel.html": f"<!-- sigmalint-disable-file SIG -->\n{SDK}<!-- sigmalint-disable SIG201 -->\n<script>{BAD}</script>\n",
}
"""Each way in which a tree could ask not to be linted."""

CODE = "import pathlib, os\npathlib.Path(os.environ['MARK']).write_text('ran')\n"
RUNNING = {
    **{
        f"{name}.py": CODE for name in ("sitecustomize", "usercustomize", "conftest", "click", "tomllib", "json", "rules", "re")
    },
    "rules/evil.py": CODE,
    "sigmalint/__init__.py": CODE,
    "sigmalint/rules/evil.py": CODE,
    "setup.py": CODE,
    ".git/config": '[core]\n\tfsmonitor = "touch $MARK"\n\tpager = "touch $MARK"\n\tsshCommand = "touch $MARK"\n',
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/hooks/post-checkout": "#!/bin/sh\ntouch $MARK\n",
    "package.json": '{"scripts": {"preinstall": "touch $MARK"}}',
    ".env": "PYTHONSTARTUP=evil.py\n",
}
"""Each way in which a tree could have something of its own run."""


class Ran(NamedTuple):
    status: int
    findings: list[tuple[str, str]]
    err: str


def sigmalint(folder: Path, *args: str, **environment: str) -> Ran:
    script = Path(sys.executable).with_name("sigmalint")
    command = [str(script), "--format=json", *args]
    variables = {**os.environ, **environment}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=variables, check=False)
    found = json.loads(done.stdout)["findings"] if done.stdout else []
    return Ran(done.returncode, [(item["path"], item["code"]) for item in found], done.stderr)


def test_each_way_of_silencing_works_for_its_author_and_not_for_a_reviewer(tmp_path: Path) -> None:
    folder = write(tmp_path, SILENCING)
    assert sigmalint(folder).findings == []
    reviewed = sigmalint(folder, "--untrusted")
    assert reviewed.status == 1
    assert [item for item in reviewed.findings if item[1] == "SIG201"] == [("app/a.js", "SIG201"), ("app/panel.html", "SIG201")]


@pytest.mark.parametrize("name", [name for name in SILENCING if name not in ("app/a.js", "app/panel.html")])
def test_no_single_one_silences_a_reviewer(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path, {name: SILENCING[name], "app/a.js": BAD})
    assert ("app/a.js", "SIG201") in sigmalint(folder, "--untrusted").findings


@pytest.mark.parametrize("name", ["app/vendor/a.js", "app/jquery-ui.js", "app/a.min.js", "app/a.js"])
def test_nobody_is_a_library_by_saying_so(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path, {name: "/*! a library, @license MIT */\nlet = = 1;\n", "app/b.js": BAD})
    assert (name, "SIG001") not in sigmalint(folder).findings
    assert (name, "SIG001") in sigmalint(folder, "--untrusted").findings


BEGINNINGS = {
    "banner": "/*! tool 1.2.3 */",
    "line banner": "//! tool.js\n//! version : 1.2.3",
    "license": "/**\n * @license MIT\n */",
    "universal module": "(function (global, factory) {\n  typeof exports === 'object' && typeof module !== 'undefined'",
    "asynchronous module": "// tool\n;(function (factory) {\n  if (typeof define === 'function' && define.amd) {",
}


@pytest.mark.parametrize("beginning", BEGINNINGS.values(), ids=BEGINNINGS)
def test_a_script_that_begins_like_a_library_and_names_no_sdk_is_one(beginning: str) -> None:
    page = f'{SDK}<script src="a.js"></script>\n'
    result = lint_memory({"app/page.html": page, "app/a.js": f"{beginning}\nlet = = 1;\n"})
    assert [finding.rule.code for finding in result.findings] == ["SIG202"]
    assert ("app/a.js", "a library") in [(path, reason.partition(":")[0]) for path, reason in result.skipped]

    result = lint_memory({"app/page.html": page, "app/a.js": f"{beginning}\n// SigmaSDK\nlet = = 1;\n"})
    assert ("SIG001", "app/a.js") in [(finding.rule.code, finding.span.file.path) for finding in result.findings]


def test_a_broken_configuration_does_not_stop_a_reviewer(tmp_path: Path) -> None:
    folder = write(tmp_path, {"sigmalint.toml": "select = 1 = 2", "app/a.js": BAD})
    assert sigmalint(folder).status == 2
    assert sigmalint(folder, "--untrusted").status == 1


def test_the_reviewers_own_configuration_counts(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", {"app/a.js": BAD})
    own = tmp_path / "own.toml"
    own.write_text('ignore = ["SIG201"]')
    assert ("app/a.js", "SIG201") not in sigmalint(folder, "--untrusted", "--config", str(own)).findings


@pytest.mark.parametrize("args", [(), ("--untrusted",), ("--diff",)], ids=["usual", "untrusted", "diff"])
def test_nothing_in_the_tree_is_run(tmp_path: Path, args: tuple[str, ...]) -> None:
    folder = write(tmp_path / "x", {**RUNNING, "app/a.js": BAD})
    os.chmod(folder / ".git/hooks/post-checkout", 0o755)
    mark = tmp_path / "mark"
    if args == ("--diff",):
        subprocess.run(
            [Path(sys.executable).with_name("sigmalint"), *args], cwd=folder, env={**os.environ, "MARK": str(mark)}, check=False
        )
    else:
        assert ("app/a.js", "SIG201") in sigmalint(folder, *args, "--format=json", MARK=str(mark)).findings
        sigmalint(folder, *args, "--quiet", "--output-file", str(tmp_path / "out"), "--format=sarif", MARK=str(mark))
    assert not mark.exists()


@pytest.mark.parametrize("link", ["/etc", "..", "../.."])
def test_links_lead_nowhere(tmp_path: Path, link: str) -> None:
    folder = write(tmp_path / "y" / "x", {"app/a.js": BAD})
    (tmp_path / "secret.js").write_text(BAD)
    (folder / "app" / "out").symlink_to(link)
    (folder / "app" / "secret.js").symlink_to(tmp_path / "secret.js")
    assert [path for path, code in sigmalint(folder, "--untrusted").findings if code == "SIG201"] == ["app/a.js"]
