"""How fast the language server answers: edits, bursts, opening, hover, completion, definition, code actions, memory.

    python benchmarks/lsp.py [--edits N] [--peers]

It writes a widget of about 3,000 lines and 97 KB with 40 requests, and talks to `sigmalint lsp` over stdio. `--peers` measures
the same edits with the servers of ESLint, Biome and oxlint, which it installs with npm into a temporary folder.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

REQUESTS, FILLERS = 40, 118
_DEADLINE = 30.0

_REQUEST = """
/** Fetches page {n} of the records and shows it. */
function loadPart{n}(page, filter) {{
  const status = document.getElementById("status-{n}");
  const address = "https://www.zohoapis.com/crm/v2/Module{n}?page=" + page;
  const headers = {{ "Accept": "application/json" }};
  if (filter) {{
    headers["If-Modified-Since"] = filter.since;
  }}
  status.textContent = "Loading part {n}";
  return SigmaSDK.WRITER.request({{
    connectionLinkName: "{connection}",
    url: address,
    type: "GET",
    headers: headers
  }}).then(function (answer) {{
    status.textContent = "Loaded " + answer.length;
    return render{n}(answer);
  }}).catch(function (error) {{
    status.textContent = String(error);
  }});
}}
"""
_FILLER = """
function render{n}(rows) {{
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const title of ["Name", "Owner", "Stage", "Amount {n}"]) {{
    const cell = document.createElement("th");
    cell.textContent = title;
    head.appendChild(cell);
  }}
  for (let index = 0; index < rows.length; index += 1) {{
    const row = table.insertRow();
    row.dataset.key = "row-" + index + "-{n}";
    for (const value of Object.values(rows[index])) {{
      const cell = row.insertCell();
      cell.textContent = value === null || value === undefined ? "-" : String(value);
    }}
  }}
  return table.rows.length > 1 ? table : null;
}}
"""


def widget() -> str:
    """The page: markup, then one script."""
    rows = "\n".join(f'  <p id="status-{n}" class="status">Part {n}</p>' for n in range(REQUESTS))
    parts = []
    for n in range(FILLERS):
        if n < REQUESTS:
            parts.append(_REQUEST.format(n=n, connection="crm_mian" if n % 20 == 3 else "crm_main"))
        parts.append(_FILLER.format(n=n))
    script = "".join(parts)
    sdk = "https://static.zohocdn.com/sigma/client/sdk/v3/sigma-sdk.min.js"
    return (
        f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<script src="{sdk}"></script>\n</head>\n<body>\n{rows}\n'
        f"<script>\nSigmaSDK.WRITER.init(function () {{\n  loadPart0(1, null);\n}});\n{script}</script>\n</body>\n</html>\n"
    )


def write_extension(folder: Path) -> Path:
    """The extension around the page; gives the page's path."""
    manifest = {
        "service": "WRITER",
        "modules": {"widgets": [{"name": "w", "title": "W", "location": "writer.extensions", "url": "/app/widget.html"}]},
        "whiteListedDomains": ["https://www.zohoapis.com"],
        "connectors": [{"connectionLinkName": "crm_main", "connectionName": "CRM", "scope": ["ZohoCRM.modules.READ"]}],
    }
    (folder / "app").mkdir(parents=True)
    (folder / "plugin-manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    page = folder / "app" / "widget.html"
    page.write_text(widget())
    return page


class Message(NamedTuple):
    """A message of a server, and when it came."""

    at: float
    body: dict[str, Any]


class Client:
    """A server process and what it says."""

    def __init__(self, command: Sequence[str], folder: Path, **initialize: Any) -> None:
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._changed = threading.Condition()
        self._messages: list[Message] = []
        self._id = 0
        threading.Thread(target=self._read, daemon=True).start()
        begun = time.perf_counter()
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {"publishDiagnostics": {"relatedInformation": True, "versionSupport": True}},
        }
        uri = folder.as_uri()
        folders = [{"uri": uri, "name": "widget"}]
        params = {"processId": os.getpid(), "rootUri": uri, "workspaceFolders": folders, "capabilities": capabilities}
        self.request("initialize", {**params, **initialize})
        self.started = time.perf_counter() - begun
        self.notify("initialized", {})

    @property
    def resident(self) -> float:
        """The resident memory of the server process, in megabytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmRSS"))

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
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return self.wait(lambda body: body.get("id") == number and "method" not in body).body.get("result")

    def wait(self, wanted: Callable[[dict[str, Any]], bool], since: int = 0) -> Message:
        """The first message of a kind that has come since."""
        with self._changed:
            position = since
            end = time.monotonic() + _DEADLINE
            while True:
                while position < len(self._messages):
                    if wanted(self._messages[position].body):
                        return self._messages[position]
                    position += 1
                if not self._changed.wait(max(0.0, end - time.monotonic())):
                    raise TimeoutError

    def published(self, uri: str, version: int | None, since: int) -> Message:
        """The diagnostics of a file, of a version where the server says it."""

        def wanted(body: dict[str, Any]) -> bool:
            params = body.get("params", {})
            return (
                body.get("method") == "textDocument/publishDiagnostics"
                and params["uri"] == uri
                and (version is None or params.get("version", version) == version)
            )

        return self.wait(wanted, since)

    def close(self) -> None:
        """End the server."""
        self.request("shutdown", None)
        self.notify("exit", None)
        self._process.wait(10)

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
                items = body.get("params", {}).get("items", []) if body["method"] == "workspace/configuration" else None
                self._send({"jsonrpc": "2.0", "id": body["id"], "result": None if items is None else [None for _ in items]})
            with self._changed:
                self._messages.append(Message(now, body))
                self._changed.notify_all()


def edits(text: str, count: int) -> list[tuple[int, int, int, str]]:
    """Edits as somebody types them: line, first and last column, text. All of them leave the page as it was in the end.

    A third each goes into a comment, into a string of a request, and into new code in a function.
    """
    lines = text.split("\n")
    comment = next(n for n, line in enumerate(lines) if "Fetches page 20" in line)
    value = next(n for n, line in enumerate(lines) if "Module20?" in line)
    code = next(n for n, line in enumerate(lines) if 'status.textContent = "Loading part 20"' in line)
    places = ((comment, 6, "typing "), (value, lines[value].index("Module20"), "Records"), (code, 2, "let x1 = 0;"))
    made: list[tuple[int, int, int, str]] = []
    while len(made) < count:
        for line, column, typed in places:
            made += [(line, column + n, column + n, letter) for n, letter in enumerate(typed)]
            made += [(line, column + n, column + n + 1, "") for n in reversed(range(len(typed)))]
    return made


def change(uri: str, version: int, edit: tuple[int, int, int, str]) -> dict[str, Any]:
    """The parameters of `textDocument/didChange`."""
    line, start, end, text = edit
    where = {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}
    return {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"range": where, "text": text}]}


def row(name: str, times: Sequence[float]) -> None:
    """Print the median, the 99th percentile and the number of some times in seconds."""
    ordered = sorted(time * 1000 for time in times)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    print(f"{name:42} p50 {statistics.median(ordered):8.1f} ms   p99 {last:8.1f} ms   N {len(ordered)}", flush=True)


def measure_edits(client: Client, uri: str, text: str, count: int, pause: float) -> tuple[list[float], int]:
    """The time from each edit to its diagnostics, one edit after the other; and the version then."""
    times, version = [], 1
    for edit in edits(text, count):
        version += 1
        time.sleep(pause)
        begun = time.perf_counter()
        since = client.notify("textDocument/didChange", change(uri, version, edit))
        times.append(client.published(uri, version, since).at - begun)
    return times, version


def opened(client: Client, uri: str, text: str) -> float:
    """Open a page and wait for its diagnostics."""
    document = {"uri": uri, "languageId": "html", "version": 1, "text": text}
    begun = time.perf_counter()
    since = client.notify("textDocument/didOpen", {"textDocument": document})
    return client.published(uri, 1, since).at - begun


def measure(folder: Path, count: int) -> None:
    """All figures of sigmalint's server."""
    page = write_extension(folder)
    text, uri = page.read_text(), page.as_uri()
    print(f"widget: {len(text.splitlines())} lines, {len(text) / 1000:.0f} KB, {REQUESTS} requests")
    client = Client([sys.executable, "-m", "sigmalint", "lsp"], folder)
    client.published(uri, None, 0)
    row("start to initialize reply", [client.started])
    times = []
    for _ in range(10):
        times.append(opened(client, uri, text))
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    row("open to diagnostics", times)
    opened(client, uri, text)
    for pause in (0.0, 0.12):
        if pause:
            client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
            opened(client, uri, text)
        times, version = measure_edits(client, uri, text, count, pause)
        row(f"edit to diagnostics, {pause * 1000:.0f} ms between edits", times)
    times = []
    for _ in range(10):
        burst = edits(text, 40)[:40]
        begun = time.perf_counter()
        for edit in burst:
            version += 1
            since = client.notify("textDocument/didChange", change(uri, version, edit))
        times.append(client.published(uri, version, since).at - begun)
        for line, start, end, letter in reversed(burst):
            version += 1
            undone = (line, start, start + len(letter), "") if letter else (line, start, start, "x" * (end - start))
            since = client.notify("textDocument/didChange", change(uri, version, undone))
        client.published(uri, version, since)
    row("burst of 40 edits to the last diagnostics", times)
    opened(client, uri, text)
    lines = text.split("\n")
    line = next(n for n, one in enumerate(lines) if 'connectionLinkName: "crm_mian"' in one)
    position = {"textDocument": {"uri": uri}, "position": {"line": line, "character": lines[line].index("crm_") + 2}}
    where = {"start": position["position"], "end": position["position"]}
    for method, params in (
        ("hover", position),
        ("completion", position),
        ("definition", position),
        ("references", {**position, "context": {"includeDeclaration": True}}),
        ("codeAction", {"textDocument": {"uri": uri}, "range": where, "context": {"diagnostics": []}}),
    ):
        times = []
        for _ in range(50):
            begun = time.perf_counter()
            client.request(f"textDocument/{method}", params)
            times.append(time.perf_counter() - begun)
        row(method, times)
    manifest = (folder / "plugin-manifest.json").as_uri()
    document = {"uri": manifest, "languageId": "json", "version": 1, "text": (folder / "plugin-manifest.json").read_text()}
    since = client.notify("textDocument/didOpen", {"textDocument": document})
    client.published(manifest, 1, since)
    times = []
    for number in range(20):
        name = ("crm_other", "crm_main")[number % 2]
        whole = {"text": document["text"].replace("crm_main", name)}
        begun = time.perf_counter()
        since = client.notify(
            "textDocument/didChange", {"textDocument": {"uri": manifest, "version": number + 2}, "contentChanges": [whole]}
        )
        times.append(client.published(uri, None, since).at - begun)
    row("manifest edit to the page's diagnostics", times)
    time.sleep(1)
    print(f"{'resident memory':42} {client.resident:.0f} MB")
    client.close()


def measure_peers(folder: Path, count: int) -> None:
    """The same edits with other linters' servers. ESLint's is the one of VS Code, with its HTML plugin."""
    npm = folder / "npm"
    npm.mkdir()
    packages = ["@biomejs/biome", "oxlint", "eslint@9", "eslint-plugin-html", "vscode-langservers-extracted@4.8"]
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *packages], cwd=npm, check=True)
    (npm / "eslint.config.mjs").write_text(
        'import html from "eslint-plugin-html";\n'
        'const rules = { "no-unused-vars": "warn", "no-undef": "warn" };\n'
        'export default [{ files: ["**/*.html"], plugins: { html }, rules }];\n'
    )
    (npm / "biome.json").write_text('{"linter": {"enabled": true}, "html": {"experimentalFullSupportEnabled": true}}\n')
    page = write_extension(npm / "extension")
    bin = npm / "node_modules" / ".bin"
    eslint = {
        "validate": "on",
        "run": "onType",
        "useFlatConfig": True,
        "workingDirectory": {"mode": "auto"},
        "nodePath": None,
        "problems": {"shortenToSingleLine": False},
        "rulesCustomizations": [],
        "options": {},
        "codeActionOnSave": {"enable": False},
        "workspaceFolder": {"uri": npm.as_uri(), "name": "npm"},
    }
    for name, command in (
        ("eslint", [str(bin / "vscode-eslint-language-server"), "--stdio"]),
        ("biome", [str(bin / "biome"), "lsp-proxy"]),
        ("oxlint", [str(bin / "oxlint"), "--lsp"]),
    ):
        text, uri = page.read_text(), page.as_uri()
        try:
            client = Client(command, npm, initializationOptions=eslint if name == "eslint" else None)
            if name == "eslint":
                client.notify("workspace/didChangeConfiguration", {"settings": eslint})
            row(f"{name}: open to diagnostics", [opened(client, uri, text)])
            row(f"{name}: edit to diagnostics", measure_edits(client, uri, text, count, 0.0)[0])
        except (TimeoutError, OSError) as error:
            print(f"{name}: no diagnostics ({type(error).__name__})")


def main() -> None:
    """Measure, and print a line a figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=200, metavar="N", help="how many edits are measured [200]")
    parser.add_argument("--peers", action="store_true", help="measure other linters' servers too (needs Node and the network)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder) / "extension", options.edits)
        if options.peers:
            measure_peers(Path(folder), options.edits)


if __name__ == "__main__":
    main()
