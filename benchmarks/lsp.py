"""How fast the language server answers: edits of each kind, bursts, opening, hover, completion, definition, manifest, memory.

    python benchmarks/lsp.py [--edits N] [--peers] [--npm FOLDER] [--all-rules]

It writes an extension whose page has about 3,000 lines, 97 KB and 40 requests, and talks to `sigmalint lsp` over stdio.
`--peers` measures the same edits with the servers of ESLint, Biome and oxlint in the same run, a cycle of edits with one server
after the other; they are installed with npm into a temporary folder, or into FOLDER and found there the next time. While the
code does not parse ESLint and oxlint lint nothing, so edits that leave sound code are counted by themselves too. `--all-rules`
switches on every rule of each linter, instead of those that it has on by itself.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from lsp_page import KINDS, REQUESTS, Change, Edit, cycle, parse_after, plan, script, write_extension

PACE = 0.120
"""Seconds between two letters of somebody who types."""
BURST = 40
_DEADLINE = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")

# --- a server ----------------------------------------------------------------------------------------------------------------


class Message(NamedTuple):
    """A message of a server, and when it came."""

    at: float
    body: dict[str, Any]


class Client:
    """A server process and what it says. `started` is the time from the process's start to the answer to `initialize`.

    `whole_texts`: the server wants the whole text at each edit.
    """

    def __init__(self, command: Sequence[str], folder: Path, *, settings: Any = None) -> None:
        begun = time.perf_counter()
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._changed = threading.Condition()
        self._messages: list[Message] = []
        self._id = 0
        self._settings = settings
        threading.Thread(target=self._read, daemon=True).start()
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {"publishDiagnostics": {"relatedInformation": True, "versionSupport": True}},
        }
        uri = folder.as_uri()
        folders = [{"uri": uri, "name": "widget"}]
        params = {"processId": os.getpid(), "rootUri": uri, "workspaceFolders": folders, "capabilities": capabilities}
        sync = self.request("initialize", params)["capabilities"]["textDocumentSync"]
        self.whole_texts = (sync if isinstance(sync, int) else sync["change"]) == 1
        self.started = time.perf_counter() - begun
        self.notify("initialized", {})

    @property
    def memory(self) -> tuple[float, float]:
        """The resident memory of the server's processes in megabytes, now and (of each process by itself) at most."""
        found = [0.0, 0.0]
        for pid in _processes(self._process.pid):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                name, _, value = line.partition(":")
                if name in ("VmRSS", "VmHWM"):
                    found[name == "VmHWM"] += int(value.split()[0]) / 1000
        return found[0], found[1]

    @property
    def processor_time(self) -> float:
        """The seconds of processor time that the server's processes have taken."""
        stats = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in _processes(self._process.pid))
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / _TICKS

    def notify(self, method: str, params: Any) -> int:
        """Send a notification; gives how many messages had come before."""
        with self._changed:
            before = len(self._messages)
        self._send({"jsonrpc": "2.0", "method": method, "params": params})
        return before

    def request(self, method: str, params: Any) -> Any:
        """Send a request and wait for its answer."""
        self._id += 1
        number = self._id
        with self._changed:
            before = len(self._messages)
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return self._wait(lambda body: body.get("id") == number and "method" not in body, before).body.get("result")

    def published(self, uri: str, version: int | None, since: int) -> Message:
        """The diagnostics of a file, of a version where the server says it."""

        def wanted(body: dict[str, Any]) -> bool:
            params = body.get("params", {})
            return (
                body.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and (version is None or params.get("version", version) == version)
            )

        return self._wait(wanted, since)

    def close(self) -> None:
        """End the server."""
        self.request("shutdown", None)
        self.notify("exit", None)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _wait(self, wanted: Callable[[dict[str, Any]], bool], since: int) -> Message:
        """The first message of a kind that has come since."""
        position = since
        end = time.monotonic() + _DEADLINE
        with self._changed:
            while True:
                while position < len(self._messages):
                    if wanted(self._messages[position].body):
                        return self._messages[position]
                    position += 1
                if not self._changed.wait(max(0.0, end - time.monotonic())):
                    raise TimeoutError

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(data) + data)
        self._process.stdin.flush()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not line:
                return
            body = json.loads(stream.read(length))
            now = time.perf_counter()
            if "id" in body and "method" in body:
                items = body["params"]["items"] if body["method"] == "workspace/configuration" else None
                result = None if items is None else [self._settings for _ in items]
                self._send({"jsonrpc": "2.0", "id": body["id"], "result": result})
            with self._changed:
                self._messages.append(Message(now, body))
                self._changed.notify_all()


def _processes(pid: int) -> Iterator[int]:
    """A process and those that it began."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _processes(int(child))


class Document:
    """A text that is open in a server."""

    def __init__(self, client: Client, path: Path, language: str) -> None:
        self.client = client
        self.uri = path.as_uri()
        self.text = path.read_text()
        self.version = 0
        self._language = language

    def open(self) -> tuple[float, list[Any]]:
        """Open it; gives the time to its diagnostics, and them."""
        self.version += 1
        item = {"uri": self.uri, "languageId": self._language, "version": self.version, "text": self.text}
        begun = time.perf_counter()
        since = self.client.notify("textDocument/didOpen", {"textDocument": item})
        found = self.client.published(self.uri, self.version, since)
        return found.at - begun, found.body["params"]["diagnostics"]

    def close(self) -> None:
        """Close it, and let the server say what it has to."""
        self.client.notify("textDocument/didClose", {"textDocument": {"uri": self.uri}})
        time.sleep(0.2)

    def edit(self, edit: Edit) -> float:
        """Make an edit; gives the time to its diagnostics."""
        begun, since = self.send(edit)
        return self.client.published(self.uri, self.version, since).at - begun

    def send(self, edit: Edit) -> tuple[float, int]:
        """Make an edit; gives when, and how many messages had come before."""
        changes: list[dict[str, Any]] = []
        for start, end, new in edit:
            changes.append({"range": {"start": self.position(start), "end": self.position(end)}, "text": new})
            self.text = self.text[:start] + new + self.text[end:]
        self.version += 1
        if self.client.whole_texts:
            changes = [{"text": self.text}]
        params = {"textDocument": {"uri": self.uri, "version": self.version}, "contentChanges": changes}
        return time.perf_counter(), self.client.notify("textDocument/didChange", params)

    def ask(self, method: str, params: Mapping[str, Any], *, known: bool = True) -> float:
        """The time to the answer of a request, which must say something where it is `known`."""
        begun = time.perf_counter()
        answer = self.client.request(f"textDocument/{method}", params)
        taken = time.perf_counter() - begun
        if known and not answer:
            raise ValueError(f"{method} says nothing")
        return taken

    def position(self, offset: int) -> dict[str, int]:
        """The position of an offset (the page has no character beyond the basic plane)."""
        before = self.text[:offset]
        return {"line": before.count("\n"), "character": offset - before.rfind("\n") - 1}


# --- what is measured --------------------------------------------------------------------------------------------------------


class Figures(NamedTuple):
    """A median and a 99th percentile, in milliseconds."""

    p50: float
    p99: float


def row(name: str, times: Sequence[float]) -> Figures:
    """Print the median, the 99th percentile and the number of some times in seconds."""
    ordered = sorted(time * 1000 for time in times)
    found = Figures(statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))])
    print(f"{name:44} p50 {found.p50:7.1f} ms   p99 {found.p99:7.1f} ms   N {len(ordered)}", flush=True)
    return found


class Typed(NamedTuple):
    """An edit: its kind, whether it left code that parses, and the seconds to its diagnostics."""

    kind: str
    sound: bool
    time: float


@dataclass
class Subject:
    """A server that is measured."""

    name: str
    document: Document
    edits: list[Typed] = field(default_factory=list)


def measure_typing(subjects: Sequence[Subject], page: str, count: int, pace: float) -> None:
    """The time from each edit to its diagnostics; the next one follows the answer, `pace` after the last one at least."""
    for subject in subjects:
        subject.edits = []
    before = [subject.document.client.processor_time for subject in subjects]
    for kind, n in plan(page, count):
        for subject in subjects:
            text = subject.document.text
            edits, times = cycle(text, kind, n), []
            for edit in edits:
                begun = time.perf_counter()
                times.append(subject.document.edit(edit))
                time.sleep(max(0.0, begun + pace - time.perf_counter()))
            subject.edits += (Typed(kind, *one) for one in zip(parse_after(text, edits), times, strict=True))
    how = f"typing, a letter in {pace * 1000:.0f} ms" if pace else "typing, a letter at each answer"
    for subject, spent in zip(subjects, before, strict=True):
        print(f"{subject.name}: {how}")
        for kind in KINDS:
            if times := [edit.time for edit in subject.edits if edit.kind == kind]:
                row(f"  {kind}", times)
        row("  all edits", [edit.time for edit in subject.edits])
        row("  all edits that leave sound code", [edit.time for edit in subject.edits if edit.sound])
        used = (subject.document.client.processor_time - spent) / len(subject.edits)
        print(f"  {'processor time of an edit':42} {used * 1000:11.1f} ms")


def compare(first: Subject, others: Sequence[Subject]) -> None:
    """Print by how much the others take longer, over the kinds of edits that both were given."""
    for other in others:
        kinds = {edit.kind for edit in first.edits} & {edit.kind for edit in other.edits}
        for what, sound in (("all edits", (False, True)), ("sound code", (True,))):
            chosen = [[edit.time for edit in one.edits if edit.kind in kinds and edit.sound in sound] for one in (first, other)]
            p50s, p99s = zip(
                *((statistics.median(times), statistics.quantiles(times, n=100)[-1]) for times in chosen), strict=True
            )
            label = f"{other.name} takes ({what})"
            print(f"{label:44} p50 {p50s[1] / p50s[0]:7.1f} times  p99 {p99s[1] / p99s[0]:7.1f} times as long as {first.name}")


def measure_bursts(document: Document) -> None:
    """The first edits of each kind all at once, to the diagnostics of the last one."""
    times = []
    for n in (5, 13):
        for kind in KINDS:
            original = document.text
            begun = time.perf_counter()
            *burst, last = (cycle(original, kind, n) * BURST)[:BURST]
            for edit in burst:
                document.send(edit)
            document.edit(last)
            times.append(time.perf_counter() - begun)
            document.edit([Change(0, len(document.text), original)])
    row(f"a burst of {BURST} edits to the last diagnostics", times)


def measure_requests(document: Document) -> None:
    """Hover and the others at the name of a connection in a settled text; completion at each letter that is typed."""
    at, wrong = (document.position(document.text.index(name) + 3) for name in ('"crm_main"', '"crm_mian"'))
    position = {"textDocument": {"uri": document.uri}, "position": at}
    where = {"start": wrong, "end": wrong}
    for method, params in (
        ("hover", position),
        ("completion", position),
        ("definition", position),
        ("references", {**position, "context": {"includeDeclaration": True}}),
        ("codeAction", {"textDocument": {"uri": document.uri}, "range": where, "context": {"diagnostics": []}}),
    ):
        row(method, [document.ask(method, params) for _ in range(100)])
    times = []
    for edit in (edit for n in (5, 13, 21) for edit in cycle(document.text, "option string", n)):
        document.send(edit)
        at = document.position(edit[0].start + len(edit[0].new))
        times.append(document.ask("completion", {"textDocument": {"uri": document.uri}, "position": at}, known=False))
        time.sleep(PACE)
    row("completion at a letter just typed", times)


def measure_manifest(page: Document, manifest: Document) -> None:
    """The connection that all requests use gets another name in the manifest, and its own back."""
    manifest.open()
    times = []
    for number in range(20):
        old, new = ("crm_main", "crm_other")[:: 1 if number % 2 == 0 else -1]
        start = manifest.text.index(old)
        begun, since = manifest.send([Change(start, start + len(old), new)])
        times.append(page.client.published(page.uri, None, since).at - begun)
    row("manifest edit to the page's diagnostics", times)


def sigmalint(folder: Path) -> Client:
    """The server of sigmalint, once it has linted the workspace."""
    client = Client([sys.executable, "-m", "sigmalint", "lsp"], folder)
    client.published((folder / "app" / "widget.html").as_uri(), None, 0)
    return client


def measure(folder: Path, count: int, *, all_rules: bool) -> None:
    """All figures of sigmalint's server."""
    path = write_extension(folder, all_rules=all_rules)
    page = path.read_text()
    print(f"page: {len(page.splitlines())} lines, {len(page) / 1000:.0f} KB, {REQUESTS} requests")
    times = []
    for _ in range(10):
        client = sigmalint(folder)
        times.append(client.started)
        client.close()
    row("process start to the initialize reply", times)
    client = sigmalint(folder)
    document = Document(client, path, "html")
    times = []
    for _ in range(10):
        times.append(document.open()[0])
        document.close()
    row("open to diagnostics", times)
    document.open()
    measure_requests(document)
    for pace in (0.0, PACE):
        measure_typing([Subject("sigmalint", document)], page, count, pace)
    measure_bursts(document)
    measure_manifest(document, Document(client, folder / "plugin-manifest.json", "json"))
    time.sleep(3)
    now, peak = client.memory
    print(f"{'resident memory':44} now {now:7.0f} MB   peak {peak:5.0f} MB")
    client.close()


# --- other linters' servers --------------------------------------------------------------------------------------------------

_PACKAGES = ("@biomejs/biome", "oxlint", "eslint@9", "eslint-plugin-html", "vscode-langservers-extracted@4.8")
_GROUPS = ("a11y", "complexity", "correctness", "nursery", "performance", "security", "style", "suspicious")
_CATEGORIES = ("correctness", "nursery", "pedantic", "perf", "restriction", "style", "suspicious")
_ESLINT_CONFIG = """import html from "eslint-plugin-html";
import js from "@eslint/js";
const sourceType = "script";
const names = ["SigmaSDK", "clearTimeout", "document", "setTimeout", "window"];
const globals = Object.fromEntries(names.map((name) => [name, "readonly"]));
const languageOptions = { globals, sourceType };
export default [{ ...js.configs.RULES, files: ["**/*.html"], plugins: { html }, languageOptions }];
"""


def eslint_settings(folder: Path) -> dict[str, Any]:
    """What VS Code's extension sends to ESLint's server."""
    return {
        "validate": "on",
        "run": "onType",
        "useFlatConfig": True,
        "experimental": {"useFlatConfig": True},
        "workingDirectory": {"mode": "auto"},
        "nodePath": None,
        "problems": {"shortenToSingleLine": False},
        "rulesCustomizations": [],
        "options": {},
        "codeActionOnSave": {"enable": False},
        "workspaceFolder": {"uri": folder.as_uri(), "name": "npm"},
    }


def configure(npm: Path, *, all_rules: bool) -> None:
    """Write the configuration of the other linters: every rule, or those that each recommends."""
    rules = "all" if all_rules else "recommended"
    (npm / "eslint.config.mjs").write_text(_ESLINT_CONFIG.replace("RULES", rules))
    on = dict.fromkeys(_GROUPS, "on") if all_rules else {"recommended": True}
    biome = {"linter": {"enabled": True, "rules": on}, "html": {"experimentalFullSupportEnabled": True}}
    (npm / "biome.json").write_text(json.dumps(biome))
    categories = dict.fromkeys(_CATEGORIES, "warn") if all_rules else {}
    (npm / ".oxlintrc.json").write_text(json.dumps({"categories": categories}))


def measure_peers(npm: Path, count: int, *, all_rules: bool) -> None:
    """sigmalint's server and those of other linters on the same edits of the same page.

    A linter that says nothing about the page is given its script as a file.
    """
    if not (npm / "node_modules").exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *_PACKAGES], cwd=npm, check=True)
    configure(npm, all_rules=all_rules)
    shutil.rmtree(npm / "extension", ignore_errors=True)
    path = write_extension(npm / "extension", all_rules=all_rules)
    page = path.read_text()
    code = npm / "widget.js"
    code.write_text(script(page))
    programs = npm / "node_modules" / ".bin"
    subjects = [Subject("sigmalint", Document(sigmalint(npm / "extension"), path, "html"))]
    for name, command, settings in (
        ("ESLint", [programs / "vscode-eslint-language-server", "--stdio"], eslint_settings(npm)),
        ("Biome", [programs / "biome", "lsp-proxy"], None),
        ("oxlint", [programs / "oxlint", "--lsp"], None),
    ):
        client = Client(list(map(str, command)), npm, settings=settings)
        if settings:
            client.notify("workspace/didChangeConfiguration", {"settings": settings})
        subjects.append(Subject(name, judged(name, client, path, code)))
    for subject in subjects:
        row(f"{subject.name}: start to the initialize reply", [subject.document.client.started])
    for subject in subjects:
        times = []
        for _ in range(10):
            subject.document.close()
            times.append(subject.document.open()[0])
        row(f"{subject.name}: open to diagnostics", times)
    for pace in (0.0, PACE):
        measure_typing(subjects, page, count, pace)
        compare(subjects[0], subjects[1:])
    for subject in subjects:
        print(f"{subject.name + ': resident memory':44} now {subject.document.client.memory[0]:7.0f} MB")
        subject.document.client.close()
    subprocess.run([programs / "biome", "stop"], cwd=npm, capture_output=True, check=False)


def judged(name: str, client: Client, page: Path, code: Path) -> Document:
    """The page, or its script where that is what the server has something to say about."""
    for path, language in ((page, "html"), (code, "javascript")):
        document = Document(client, path, language)
        with suppress(TimeoutError):
            found = document.open()[1]
            if found:
                print(f"{name}: {len(found)} diagnostics for {path.name}")
                return document
        document.close()
    raise SystemExit(f"{name} has no diagnostics")


def main() -> None:
    """Measure, and print a line a figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=100, metavar="N", help="edits of each kind, at least [100]")
    parser.add_argument("--peers", action="store_true", help="measure other linters' servers (needs Node and the network)")
    parser.add_argument("--npm", type=Path, metavar="FOLDER", help="where those are installed")
    parser.add_argument("--all-rules", action="store_true", help="switch on every rule of each linter")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not options.peers:
            measure(Path(folder), options.edits, all_rules=options.all_rules)
            return
        npm = (options.npm or Path(folder)).absolute()
        npm.mkdir(parents=True, exist_ok=True)
        measure_peers(npm, options.edits, all_rules=options.all_rules)


if __name__ == "__main__":
    main()
