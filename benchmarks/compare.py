"""Speed and findings beside other linters: `python compare.py [--count N] [--rounds N]`, after `npm install` in `peers/`.

Every tool runs as a whole process, in turn (A B A B), over one generated tree; a tool that is not installed is left out.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from make_tree import Call, write_tree

HERE = Path(__file__).parent
PEERS = HERE / "peers"
NEARNESS = 8
"""In how many lines from the beginning of a call's function a report of it may stand."""

Place = tuple[str, int]
"""A path below the tree, and a line (1-based)."""


class Tool(NamedTuple):
    """A linter: its command, run in `peers/` with the tree at `tree`, and how to read what it reports."""

    name: str
    command: list[str]
    read: Callable[[str], list[Place]]


class Run(NamedTuple):
    """What one run cost: seconds of processor and of clock, peak memory in MiB."""

    cpu: float
    wall: float
    memory: float


def tools(report: Path) -> list[Tool]:
    """The linters that are installed, sigmalint first."""
    biome = next(PEERS.glob("node_modules/@biomejs/cli-*/biome"), PEERS / "missing")
    semgrep = shutil.which("semgrep") or "semgrep"
    sigmalint = [sys.executable, "-m", "sigmalint", "tree", "--isolated", "--exit-zero"]
    every = [
        Tool("sigmalint", [*sigmalint, "--format", "json", "--output-file", str(report)], read_sigmalint),
        Tool("eslint", ["node", "node_modules/eslint/bin/eslint.js", "--format", "json", "tree"], read_eslint),
        Tool("oxlint", ["node", "node_modules/oxlint/bin/oxlint", "--format", "json", "tree"], read_oxlint),
        Tool("biome", [str(biome), "lint", "--max-diagnostics=none", "--reporter=github", "tree"], read_biome),
        Tool(
            "semgrep",
            [semgrep, "scan", "--metrics", "off", "--quiet", "--no-git-ignore", "--config", "semgrep.yml", "--json", "tree"],
            read_semgrep,
        ),
    ]
    return [tool for tool in every if _is_installed(tool)]


def _is_installed(tool: Tool) -> bool:
    program = tool.command[1] if tool.command[0] == "node" else tool.command[0]
    return shutil.which(program) is not None or (PEERS / program).exists()


def read_sigmalint(report: str) -> list[Place]:
    findings = json.loads(report)["findings"]
    return [(_below_tree(found["path"]), found["region"]["startLine"]) for found in findings if found["code"] == "SIG101"]


def read_eslint(report: str) -> list[Place]:
    return [
        (_below_tree(file["filePath"]), message["line"])
        for file in json.loads(report)
        for message in file["messages"]
        if "connectionLinkName" in message["message"]
    ]


def read_oxlint(report: str) -> list[Place]:
    return [
        (_below_tree(found["filename"]), found["labels"][0]["span"]["line"])
        for found in json.loads(report)["diagnostics"]
        if "connectionLinkName" in found["message"]
    ]


def read_biome(report: str) -> list[Place]:
    """Lines `::error title=plugin,file=…,line=…,…::message`, made for GitHub."""
    places = []
    for line in report.splitlines():
        head, _, message = line.removeprefix("::").partition("::")
        if line.startswith("::") and "connectionLinkName" in message:
            fields = dict(part.partition("=")[::2] for part in head.partition(" ")[2].split(","))
            places.append((_below_tree(fields["file"]), int(fields["line"])))
    return places


def read_semgrep(report: str) -> list[Place]:
    return [(_below_tree(found["path"]), found["start"]["line"]) for found in json.loads(report)["results"]]


def _below_tree(path: str) -> str:
    """A path from the first extension's folder on."""
    parts = Path(path).parts
    first = next(index for index, part in enumerate(parts) if part.startswith("ext") and part[3:].isdigit())
    return "/".join(parts[first:])


def run(tool: Tool, report: Path) -> tuple[Run, str]:
    """Run a tool once; what it cost, and what it reported."""
    environment = {**os.environ, "SEMGREP_ENABLE_VERSION_CHECK": "0"}
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        start = time.perf_counter()
        process = subprocess.Popen(tool.command, cwd=PEERS, stdout=output, stderr=subprocess.DEVNULL, env=environment)
        _, _, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = 0
        output.seek(0)
        text = output.read()
    if tool.name == "sigmalint":
        text = report.read_text(encoding="utf-8")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024), text


def score(calls: list[Call], places: list[Place]) -> tuple[int, int]:
    """How many of the wrong calls were reported, and how many reports belong to none."""
    open_calls = {(f"{call.extension}/{call.path}", call.line): call for call in calls}
    found, astray = set(), 0
    for path, line in set(places):
        call = next((open_calls[path, at] for at in range(line, line - NEARNESS, -1) if (path, at) in open_calls), None)
        if call is not None and call.wrong:
            found.add(call)
        else:
            astray += 1
    return len(found), astray


def compare(count: int, rounds: int) -> None:
    """Run every tool and print one row each, the costs as medians and as ratios to sigmalint's."""
    with tempfile.TemporaryDirectory() as folder:
        tree, report = Path(folder, "tree"), Path(folder, "report.json")
        calls = write_tree(count, tree)
        wrong = sum(call.wrong for call in calls)
        link = PEERS / "tree"
        shutil.rmtree(link, ignore_errors=True)
        shutil.copytree(tree, link)
        try:
            present = tools(report)
            runs: dict[str, list[Run]] = {tool.name: [] for tool in present}
            reports: dict[str, str] = {}
            for _ in range(rounds):
                for tool in present:
                    cost, reports[tool.name] = run(tool, report)
                    runs[tool.name].append(cost)
        finally:
            shutil.rmtree(link)
    base = statistics.median(cost.cpu for cost in runs["sigmalint"])
    print(f"{count} extensions, {len(calls)} calls, {wrong} without a connection; medians of {rounds}")
    print(f"{'':10} {'CPU s':>8} {'ratio':>6} {'wall s':>8} {'MiB':>6} {'found':>7} {'false':>6}")
    for tool in present:
        cpu, wall, memory = (statistics.median(column) for column in zip(*runs[tool.name], strict=True))
        found, astray = score(calls, tool.read(reports[tool.name]))
        print(f"{tool.name:10} {cpu:8.2f} {cpu / base:6.2f} {wall:8.2f} {memory:6.0f} {found / wrong:7.1%} {astray:6}")


def main() -> None:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="how many extensions")
    parser.add_argument("--rounds", type=int, default=5, help="how often each tool runs")
    options = parser.parse_args()
    compare(options.count, options.rounds)


if __name__ == "__main__":
    main()
