"""The answer to `initialize`, given before the protocol's library is imported, which takes most of the time of a start.

The message is then handed on with all that follows it, so that the library knows the client too; its own answer is dropped.
"""

import io
import json
from collections.abc import Mapping
from typing import Any, BinaryIO, cast

from sigmalint import __version__

FIX_ALL = "source.fixAll.sigmalint"
EXPLAIN = "sigmalint.explain"
"""The command that shows a rule's page; its argument is the code."""

_ENCODINGS = ("utf-8", "utf-16", "utf-32")
_TRIGGERS = ['"', "'", "`", ".", "{", ",", "/", " "]
_FILES = {"filters": [{"scheme": "file", "pattern": {"glob": "**"}}]}
_INCREMENTAL = 2


def capabilities(client: Mapping[str, Any]) -> dict[str, Any]:
    """What the server can do for a client with these capabilities."""
    wanted = _at(client, "general", "positionEncodings") or ()
    operations = _at(client, "workspace", "fileOperations") or {}
    return {
        "positionEncoding": next((one for one in wanted if one in _ENCODINGS), "utf-16"),
        "textDocumentSync": {"openClose": True, "change": _INCREMENTAL, "save": True},
        "completionProvider": {"triggerCharacters": _TRIGGERS},
        "hoverProvider": True,
        "definitionProvider": True,
        "referencesProvider": True,
        "codeActionProvider": {"codeActionKinds": ["quickfix", FIX_ALL]},
        "documentLinkProvider": {"resolveProvider": False},
        "renameProvider": {"prepareProvider": True} if _at(client, "textDocument", "rename", "prepareSupport") else True,
        "executeCommandProvider": {"commands": [EXPLAIN]},
        "workspace": {
            "workspaceFolders": {"supported": True, "changeNotifications": True},
            "fileOperations": {name: _FILES for name in ("didCreate", "didDelete", "didRename") if operations.get(name)},
        },
    }


def _at(value: object, *keys: str) -> Any:
    """The member of nested objects at a path; None where one of them is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def answer(source: BinaryIO, sink: BinaryIO) -> tuple[BinaryIO, BinaryIO]:
    """Answer the first message, if it is `initialize`; gives the streams for the library."""
    read = bytearray()
    length = 0
    while (line := source.readline()) and (read := read + line) and not (length and line.isspace()):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and value.strip().isdigit():
            length = int(value)
    body = source.read(length)
    try:
        message = json.loads(body)
    except ValueError:
        message = None
    replayed = cast(BinaryIO, _Replayed(bytes(read + body), source))
    if _at(message, "method") != "initialize" or not isinstance(_at(message, "id"), (int, str)):
        return replayed, sink
    result = {
        "capabilities": capabilities(_at(message, "params", "capabilities") or {}),
        "serverInfo": {"name": "sigmalint", "version": __version__},
    }
    said = json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode()
    sink.write(b"Content-Length: %d\r\n\r\n%b" % (len(said), said))
    sink.flush()
    return replayed, cast(BinaryIO, _Silenced(sink))


class _Replayed:
    """A stream that begins with what was read of it already."""

    def __init__(self, read: bytes, rest: BinaryIO) -> None:
        self._read = io.BytesIO(read)
        self._rest = rest

    def readline(self) -> bytes:
        return self._read.readline() or self._rest.readline()

    def read(self, size: int) -> bytes:
        return self._read.read(size) or self._rest.read(size)


class _Silenced:
    """A stream without the first message that is written to it: the library's own answer to `initialize`."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._silent = True
        self.flush = stream.flush
        self.close = stream.close

    def write(self, message: bytes) -> None:
        if self._silent:
            self._silent = False
        else:
            self._stream.write(message)
