"""The GitHub Action and the pre-commit hooks, run as GitHub and pre-commit run them: their shell steps, in order."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from extension_data import request, write

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def test_inputs_reach_the_shell_through_the_environment_alone() -> None:
    for step in STEPS:
        assert "${{" not in step.get("run", "")


def test_actions_of_others_are_pinned_by_commit() -> None:
    used = re.findall(r"uses: (\S+)(.*)", (ROOT / "action.yml").read_text("utf-8"))
    assert used
    for name, comment in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_hooks_take_every_kind_of_source() -> None:
    for hook in HOOKS:
        for name in ("a.html", "b/c.js", "plugin-manifest.json", "x.mjs", "y.ts", "z.tsx"):
            assert re.search(hook["files"], name)
        assert not re.search(hook["files"], "README.md")


def copy_of_the_repository(target: Path) -> Path:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file() and not name.startswith(("fixtures/", "tests/", "benchmarks/")):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
    return target


@dataclass
class Job:
    """One run of the action in a workspace."""

    temp: Path
    workspace: Path
    inputs: Mapping[str, str]
    github: Mapping[str, str]
    upload_fails: bool = False
    log: str = ""
    uploaded: list[Any] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    status: int = 0

    def value(self, text: str) -> str:
        """An expression's value; those of the action are names, and comparisons of two."""

        def lookup(match: re.Match[str]) -> str:
            kind, _, name = match[1].strip().partition(".")
            if kind == "inputs":
                return {**{key: item["default"] for key, item in ACTION["inputs"].items()}, **self.inputs}[name]
            return self.github.get(name, "") if kind == "github" else self.outputs.get(name, "")

        return re.sub(r"\$\{\{(.*?)\}\}", lookup, text)

    def condition(self, text: str) -> bool:
        names = {**self.outputs, "steps.lint.outputs.upload": self.outputs.get("lint.outputs.upload", "")}
        names["steps.upload.outcome"] = self.outputs.get("upload.outcome", "skipped")
        terms = re.findall(r"([\w.]+) (==|!=) '(\w+)'", text)
        return any((names[name] == word) is (sign == "==") for name, sign, word in terms)

    def run(self) -> "Job":
        for step in STEPS[1:]:
            if "if" in step and not self.condition(step["if"]):
                continue
            if "uses" in step:
                self.uploaded.append(json.loads(Path(self.value(step["with"]["sarif_file"])).read_text("utf-8")))
                self.outputs["upload.outcome"] = "failure" if self.upload_fails else "success"
                continue
            written = self.temp / "output"
            written.write_text("")
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=self.workspace,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": os.environ["HOME"],
                    "RUNNER_TEMP": str(self.temp),
                    "GITHUB_WORKSPACE": str(self.workspace),
                    "GITHUB_OUTPUT": str(written),
                    **{name: self.value(value) for name, value in step["env"].items()},
                },
                capture_output=True,
                text=True,
                check=False,
            )
            self.log += done.stdout + done.stderr
            for line in written.read_text().splitlines():
                name, _, value = line.partition("=")
                self.outputs[f"{step['id']}.outputs.{name}"] = value
            self.status = done.returncode
            if self.status:
                break
        return self


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner's temporary folder after the first step."""
    temp = tmp_path_factory.mktemp("runner")
    workspace = tmp_path_factory.mktemp("hostile")
    (workspace / "venv.py").write_text("raise SystemExit('ran the repository')")
    (workspace / "pip.py").write_text("raise SystemExit('ran the repository')")
    environment = {"RUNNER_TEMP": str(temp), "GITHUB_ACTION_PATH": str(copy_of_the_repository(temp / "action"))}
    command = ["bash", "-c", STEPS[0]["run"]]
    subprocess.run(
        command, cwd=workspace, env={**os.environ, **environment, "SIGMALINT_VERSION": ""}, check=True, capture_output=True
    )
    return temp


def job(temp: Path, workspace: Path, *, fails: bool = False, github: Mapping[str, str] | None = None, **inputs: str) -> Job:
    named = {name.replace("_", "-"): value for name, value in inputs.items()}
    return Job(temp, workspace, named, {"actor": "someone", **(github or {})}, upload_fails=fails).run()


@pytest.mark.slow
class TestAction:
    def test_an_extension_in_a_subfolder_of_a_monorepo(self, installed: Path, tmp_path: Path) -> None:
        write(tmp_path / "packages/writer ext", {"app/a.js": request()})
        ran = job(installed, tmp_path, paths="packages\n")
        assert ran.status == 1
        (log,) = ran.uploaded
        found = log["runs"][0]["results"][0]
        assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "packages/writer%20ext/app/a.js"
        assert "\n::error" not in ran.log

    def test_an_empty_repository_uploads_an_empty_report(self, installed: Path, tmp_path: Path) -> None:
        ran = job(installed, tmp_path)
        assert (ran.status, [log["runs"][0]["results"] for log in ran.uploaded]) == (0, [[]])

    @pytest.mark.parametrize(("fail_on", "status"), [("error", 1), ("never", 0)])
    def test_findings_are_uploaded_before_the_job_fails(
        self, installed: Path, tmp_path: Path, fail_on: str, status: int
    ) -> None:
        ran = job(installed, write(tmp_path, {"app/a.js": request()}), fail_on=fail_on)
        assert (ran.status, len(ran.uploaded)) == (status, 1)

    @pytest.mark.parametrize(
        ("fails", "github", "inputs"),
        [
            (False, {"event.pull_request.head.repo.fork": "true"}, {}),
            (False, {"actor": "dependabot[bot]"}, {}),
            (False, {}, {"code-scanning": "false"}),
            (True, {}, {}),
        ],
        ids=["fork", "dependabot", "switched off", "no code scanning"],
    )
    def test_annotations_stand_in_for_code_scanning(
        self, installed: Path, tmp_path: Path, fails: bool, github: dict[str, str], inputs: dict[str, str]
    ) -> None:
        ran = Job(
            installed, write(tmp_path, {"app/a.js": request()}), inputs, {"actor": "x", **github}, upload_fails=fails
        ).run()
        assert ran.status == 1
        assert len(ran.uploaded) == fails
        assert "\n::error title=SIG201 unknown-connection,file=app/a.js,line=1,endLine=1,col=87," in ran.log

    def test_trouble_is_no_clean_result(self, installed: Path, tmp_path: Path) -> None:
        (tmp_path / "sigmalint.toml").write_text("no = such key")
        ran = job(installed, write(tmp_path, {"app/a.js": request()}))
        assert (ran.status, ran.uploaded) == (2, [])
        assert "::error title=sigmalint::sigmalint could not do its work" in ran.log

    def test_what_could_be_linted_beside_trouble_is_uploaded(self, installed: Path, tmp_path: Path) -> None:
        write(tmp_path, {"app/a.js": request(), "b.zip": b""})
        ran = job(installed, tmp_path, paths=".\nb.zip")
        (log,) = ran.uploaded
        assert ran.status == 2
        assert {found["ruleId"] for found in log["runs"][0]["results"]} == {"SIG002", "SIG201"}

    def test_sources_give_the_runner_no_commands(self, installed: Path, tmp_path: Path) -> None:
        write(tmp_path, {"app/a.js": f"{request()}\n", "app/::add-mask::x.js": request()})
        ran = job(installed, tmp_path)
        pause = re.search(r"^::stop-commands::(\S+)$", ran.log, re.MULTILINE)
        assert pause
        assert ran.log.rstrip().endswith(f"::{pause[1]}::")

    def test_more_options_and_several_paths_are_one_a_line(self, installed: Path, tmp_path: Path) -> None:
        for name in ("one x", "two"):
            write(tmp_path / name, {"app/a.js": request(method="get")})
        ran = job(installed, tmp_path, paths="one x\ntwo", args="--select=SIG118\n--untrusted")
        (log,) = ran.uploaded
        assert [found["ruleId"] for found in log["runs"][0]["results"]] == ["SIG118", "SIG118"]


@pytest.mark.slow
def test_pre_commit_runs_the_hooks(tmp_path: Path) -> None:
    def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            "PRE_COMMIT_HOME": str(tmp_path / "cache"),
            "GIT_CONFIG_GLOBAL": str(tmp_path / "gitconfig"),
        }
        return subprocess.run(list(map(str, command)), cwd=cwd, env=environment, capture_output=True, text=True, check=False)

    (tmp_path / "gitconfig").write_text('[user]\n\tname = x\n\temail = x@example.com\n[protocol "file"]\n\tallow = always\n')
    bin = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    assert run(sys.executable, "-m", "venv", tmp_path / "venv", cwd=tmp_path).returncode == 0
    assert run(bin / "python", "-m", "pip", "install", "--quiet", "pre-commit", cwd=tmp_path).returncode == 0
    hooks = copy_of_the_repository(tmp_path / "hooks")
    for command in (("init",), ("add", "--all"), ("commit", "--message=x")):
        assert run("git", *command, cwd=hooks).returncode == 0
    revision = run("git", "rev-parse", "HEAD", cwd=hooks).stdout.strip()

    user = write(tmp_path / "user", {"app/a.js": request() + "\n", "app/b.js": f"{request('crm_main', url='no')}\n"})
    config = {"repos": [{"repo": str(hooks), "rev": revision, "hooks": [{"id": "sigmalint-fix"}, {"id": "sigmalint"}]}]}
    (user / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    run("git", "init", cwd=user)
    run("git", "add", "--all", cwd=user)
    first = run(bin / "pre-commit", "run", "--color=never", cwd=user)
    assert first.returncode == 1
    assert "files were modified by this hook" in first.stdout
    assert re.search(r"^sigmalint\.+Failed$", first.stdout, re.MULTILINE)
    assert "app/b.js:1:" in first.stdout
    assert "crm_main" in (user / "app/a.js").read_text()
    (user / "app/b.js").write_text("let a = 1;\n")
    run("git", "add", "--all", cwd=user)
    second = run(bin / "pre-commit", "run", "--color=never", cwd=user)
    assert second.returncode == 0, second.stdout
    (user / "README.md").write_text("x")
    run("git", "commit", "--all", "--no-verify", "--message=x", cwd=user)
    run("git", "add", "README.md", cwd=user)
    third = run(bin / "pre-commit", "run", "--color=never", cwd=user)
    assert third.stdout.count("Skipped") == 2
