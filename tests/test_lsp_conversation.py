"""The language server's manners, byte by byte: frames, faulty messages, the order of things, and how the process ends."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")

import lsp_extension

COMMAND = [sys.executable, "-m", "sigmalint", "lsp"]
INITIALIZE = {"processId": None, "rootUri": None, "capabilities": {}}


class Talk:
    """A conversation with a server that is spoken byte by byte."""

    def __init__(self, command: list[str] = COMMAND) -> None:
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        self.count = 0

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def read(self) -> Any:
        """The next message; None at the end. All that is written has to be one."""
        assert self.process.stdout is not None
        headers = {}
        while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b": ")
            assert name.startswith(b"Content-")
            headers[name] = value
        return json.loads(self.process.stdout.read(int(headers[b"Content-Length"]))) if headers else None

    def answer(self, identifier: object) -> Any:
        """The answer to a request; what comes before it is passed over."""
        while (message := self.read()) is not None:
            if message.get("id") == identifier and "method" not in message and "id" in message:
                return message
        raise AssertionError("no answer")

    def ask(self, method: str, **params: Any) -> Any:
        self.count += 1
        self.send(id=self.count, method=method, params=params)
        return self.answer(self.count)

    def start(self, folder: Path | None = None) -> None:
        self.ask("initialize", **(INITIALIZE | {"rootUri": folder.as_uri()} if folder else INITIALIZE))
        self.send(method="initialized", params={})

    def status(self) -> int:
        return self.process.wait(20)


@pytest.fixture
def talk() -> Iterator[Talk]:
    with_server = Talk()
    yield with_server
    with_server.process.kill()
    with_server.process.wait()


def place(line: int = 0, character: int = 0, uri: str = "file:///nowhere/page.html") -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def test_what_is_wrong_with_a_message_is_its_answer_and_the_server_lives_on(talk: Talk) -> None:
    talk.start()
    talk.write(b"Content-Length: 5\r\n\r\n{abc}")
    assert talk.answer(None)["error"]["code"] == -32700
    talk.write(b"Content-Length: 2\r\n\r\n[]")
    assert talk.answer(None)["error"]["code"] == -32600
    assert talk.ask("textDocument/hover", nonsense=1)["error"]["code"] == -32602
    assert talk.ask("textDocument/hover", **place(-1))["error"]["code"] == -32602
    assert talk.ask("no/such")["error"]["code"] == -32601
    assert talk.ask("workspace/executeCommand", command="no.such")["error"]["code"] == -32602
    assert talk.ask("workspace/executeCommand", command="sigmalint.explain")["result"] is None
    talk.send(method="textDocument/didChange", params={"textDocument": {}})
    assert talk.ask("textDocument/hover", **place())["result"] is None


def test_header_names_may_be_in_any_case_and_order(talk: Talk) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": INITIALIZE}).encode()
    talk.write(b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\ncontent-length:%d\r\n\r\n%s" % (len(body), body))

    assert talk.answer("a")["result"]["serverInfo"]["name"] == "sigmalint"


def test_the_order_of_things(talk: Talk) -> None:
    assert talk.ask("textDocument/hover", **place())["error"]["code"] == -32002
    talk.send(method="textDocument/didClose", params={"textDocument": {"uri": "file:///nowhere/page.html"}})
    talk.start()
    assert talk.ask("initialize", **INITIALIZE)["error"]["code"] == -32600
    assert talk.ask("shutdown")["result"] is None
    assert talk.ask("textDocument/hover", **place())["error"]["code"] == -32600
    talk.send(method="exit")
    assert talk.status() == 0


def test_leaving_without_a_shutdown_is_a_failure(talk: Talk) -> None:
    talk.start()
    talk.send(method="exit")

    assert talk.status() == 1


def test_it_ends_with_its_input(talk: Talk) -> None:
    talk.start()
    assert talk.process.stdin is not None
    talk.process.stdin.close()

    assert talk.status() == 1


@pytest.mark.skipif(sys.platform == "win32", reason="the pipe's end is enough there")
def test_it_ends_with_the_client_though_another_holds_the_pipe(talk: Talk) -> None:
    client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    talk.ask("initialize", **(INITIALIZE | {"processId": client.pid}))
    client.communicate(b"\n")

    assert talk.status() == 1


@pytest.mark.parametrize("place", [(10**6, 0), (0, 10**6), (7, 2**31 - 1)])
def test_places_behind_the_end_are_the_end(talk: Talk, tmp_path: Path, place: tuple[int, int]) -> None:
    folder = lsp_extension.write(tmp_path)
    talk.start(folder)
    document = {"uri": (folder / "app/widget.html").as_uri()}
    position = {"line": place[0], "character": place[1]}
    for feature in ("hover", "completion", "definition", "references", "codeAction"):
        answer = talk.ask(
            f"textDocument/{feature}",
            textDocument=document,
            position=position,
            range={"start": position, "end": position},
            context={"includeDeclaration": True, "diagnostics": [], "triggerKind": 1},
        )
        assert "error" not in answer


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "vscode-notebook-cell:/a#b", "http://localhost/a.html", ""])
def test_a_text_that_is_no_file_is_answered_all_the_same(talk: Talk, uri: str) -> None:
    talk.start()
    talk.send(
        method="textDocument/didOpen",
        params={"textDocument": {"uri": uri, "languageId": "html", "version": 3, "text": "<b>"}},
    )
    talk.send(
        method="textDocument/didChange",
        params={"textDocument": {"uri": uri, "version": 4}, "contentChanges": [{"text": "<i>"}]},
    )

    assert [talk.read()["params"] for _ in range(2)] == [{"uri": uri, "diagnostics": [], "version": one} for one in (3, 4)]
    assert talk.ask("textDocument/hover", **place(uri=uri))["result"] is None
    assert talk.ask("textDocument/completion", **place(uri=uri))["result"] is None


def test_opening_twice_and_versions_that_go_back(talk: Talk, tmp_path: Path) -> None:
    folder = lsp_extension.write(tmp_path)
    talk.start(folder)
    uri = (folder / "app/js/send.js").as_uri()
    for version, text in ((1, "send({})"), (7, "var a = ;"), (3, "var b;")):
        talk.send(
            method="textDocument/didOpen",
            params={"textDocument": {"uri": uri, "languageId": "javascript", "version": version, "text": text}},
        )
        while True:
            published = talk.read()["params"]
            if published["uri"] == uri and published.get("version") == version:
                break
        assert [one["code"] for one in published["diagnostics"]] == (["SIG001"] if version == 7 else [])


def test_of_many_extensions_that_of_an_open_file_comes_first(talk: Talk, tmp_path: Path) -> None:
    """The others are linted one by one, and what is asked meanwhile is answered."""
    folders = [lsp_extension.write(tmp_path / f"extension-{number:02}") for number in range(12)]
    pages = [(folder / "app/widget.html").as_uri() for folder in folders]
    talk.start(tmp_path)
    document = {"uri": pages[-1], "languageId": "html", "version": 7, "text": lsp_extension.PAGE}
    talk.send(method="textDocument/didOpen", params={"textDocument": document})
    talk.send(id="hover", method="textDocument/hover", params=place(7, 20, pages[-1]))
    order: list[str] = []
    while not {*pages, "hover"} <= {*order}:
        message = talk.read()
        order.append(message["params"]["uri"] if "method" in message else message["id"])

    for first in (pages[-1], "hover"):
        assert all(order.index(first) < order.index(page) for page in pages[5:-1])


def test_a_name_that_is_refused_is_no_failure_to_log(tmp_path: Path) -> None:
    page = (lsp_extension.write(tmp_path) / "app/widget.html").as_uri()
    messages = [
        {"id": 1, "method": "initialize", "params": INITIALIZE | {"rootUri": tmp_path.as_uri()}},
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "textDocument/rename", "params": place(4, 66, page) | {"newName": "bad name"}},
        {"id": 3, "method": "shutdown"},
        {"method": "exit"},
    ]
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    framed = b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)

    done = subprocess.run(COMMAND, input=framed, capture_output=True, timeout=60)
    assert b"is no link name" in done.stdout
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_client_that_shows_text_as_it_stands_is_sent_no_markdown(talk: Talk, tmp_path: Path) -> None:
    folder = lsp_extension.write(tmp_path)
    plain = ["plaintext"]
    capabilities = {
        "hover": {"contentFormat": plain},
        "completion": {"completionItem": {"documentationFormat": plain}},
        "publishDiagnostics": {},
    }
    talk.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities={"textDocument": capabilities})
    talk.send(method="initialized", params={})
    uri = (folder / "app/js/send.js").as_uri()
    place = {"textDocument": {"uri": uri}, "position": {"line": 3, "character": 30}}

    shown = talk.ask("textDocument/hover", **place)["result"]["contents"]
    assert shown == {
        "kind": "plaintext",
        "value": "crm_main - connection “CRM”\n\nService zoho_crm\n\nScopes: ZohoCRM.modules.READ\n\n"
        "Declared in plugin-manifest.json (connectors), used by 2 requests",
    }
    (item,) = talk.ask("textDocument/completion", **place)["result"]["items"]
    assert item["documentation"] == shown


def test_nothing_but_messages_on_standard_output() -> None:
    """Also where something prints."""
    program = (
        "import gc; from sigmalint.cli import main; collect = gc.collect\n"
        "gc.collect = lambda: (print('noise', flush=True), collect())\n"
        "main(['lsp'])"
    )
    talk = Talk([sys.executable, "-c", program])
    talk.start()
    assert talk.ask("shutdown")["result"] is None
    talk.send(method="exit")
    assert talk.status() == 0


def test_a_client_that_takes_versions_is_told_of_which_the_edits_are(talk: Talk, tmp_path: Path) -> None:
    folder = lsp_extension.write(tmp_path)
    capabilities = {"workspace": {"workspaceEdit": {"documentChanges": True}}}
    talk.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities=capabilities)
    talk.send(method="initialized", params={})
    uri = (folder / "app/js/send.js").as_uri()
    document = {"uri": uri, "languageId": "javascript", "version": 5, "text": lsp_extension.SCRIPT}
    talk.send(method="textDocument/didOpen", params={"textDocument": document})

    edit = talk.ask("textDocument/rename", **place(3, 30, uri), newName="crm_new")["result"]
    assert "changes" not in edit
    assert {
        one["textDocument"]["uri"].rpartition("/")[2]: one["textDocument"]["version"] for one in edit["documentChanges"]
    } == {
        "send.js": 5,
        "widget.html": None,
        "plugin-manifest.json": None,
    }
