"""The answer to `initialize` that does not wait for the protocol's library."""

import io
import json
from typing import Any

import pytest

pytest.importorskip("pygls")

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder

from sigmalint.lsp.handshake import answer, capabilities
from sigmalint.lsp.server import Server

CLIENTS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "encodings": {"general": {"positionEncodings": ["utf-7", "utf-32", "utf-8"]}},
    "unknown encoding": {"general": {"positionEncodings": ["utf-7"]}},
    "rename": {"textDocument": {"rename": {"prepareSupport": True}}},
}


def framed(message: object) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Type: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


def test_initialize_is_answered_once_and_handed_on() -> None:
    first = framed({"jsonrpc": "2.0", "id": 7, "method": "initialize", "params": {"capabilities": {}}})
    sink = io.BytesIO()
    source, output = answer(io.BytesIO(first + b"rest\n"), sink)
    said = json.loads(sink.getvalue().partition(b"\r\n\r\n")[2])
    assert said["id"] == 7
    assert said["result"]["serverInfo"]["name"] == "sigmalint"
    before = sink.getvalue()
    output.write(b"the library's answer")
    output.write(b"more")
    assert sink.getvalue() == before + b"more"
    assert source.readline() == b"Content-Type: x\r\n"
    assert source.read(len(first)) + source.readline() == first[len(b"Content-Type: x\r\n") :] + b"rest\n"


@pytest.mark.parametrize("first", [framed({"jsonrpc": "2.0", "id": 1, "method": "shutdown"}), framed([]), b"", b"Content-Le"])
def test_another_first_message_is_left_to_the_library(first: bytes) -> None:
    sink = io.BytesIO()
    source, output = answer(io.BytesIO(first), sink)
    output.write(b"answer")
    assert sink.getvalue() == b"answer"
    assert b"".join(iter(source.readline, b"")) == first


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_what_is_announced_is_what_is_served(client: dict[str, Any]) -> None:
    server = Server()
    features = server.protocol.fm
    converter = server.protocol._converter
    capable = converter.structure(client, types.ClientCapabilities)
    built = ServerCapabilitiesBuilder(
        capable,
        {*features.features, *features.builtin_features},
        features.feature_options,
        list(features.commands),
        types.TextDocumentSyncKind.Incremental,
        None,
        ServerCapabilitiesBuilder.choose_position_encoding(capable),
    ).build()
    served, announced = converter.unstructure(built), capabilities(client)
    assert served["positionEncoding"] == announced["positionEncoding"]
    assert served["textDocumentSync"] == announced["textDocumentSync"]
    assert served["renameProvider"] == announced["renameProvider"]
    assert served["executeCommandProvider"] == announced["executeCommandProvider"]
    assert served.keys() == announced.keys()


def test_file_operations_only_for_clients_that_have_them() -> None:
    told = capabilities({"workspace": {"fileOperations": {"didRename": True, "didCreate": False}}})
    assert list(told["workspace"]["fileOperations"]) == ["didRename"]
