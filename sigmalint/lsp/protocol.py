"""Messages on standard input and output: their frames, the order the protocol asks for, and when the process ends.

The library reads no header but its own spelling, leaves requests that it cannot read without an answer, and ends with status 0
whatever happened; here every request is answered.
"""

import asyncio
import json
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidRequest,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method

if TYPE_CHECKING:
    from sigmalint.lsp.server import Server

WATCH = 2.0
"""Seconds between two looks at whether the client's process still runs."""

_log = logging.getLogger(__name__)


class Protocol(LanguageServerProtocol):
    """The library's protocol without its copies of the texts (see `texts`). `left` is the exit status, once there is one."""

    _server: "Server"
    left: asyncio.Future[int]
    _watch: asyncio.Future[None]

    async def converse(self, source: BinaryIO, target: BinaryIO) -> int:
        """Serve until the client leaves. The exit status: 0 if it asked for the shutdown before, else 1."""
        loop = asyncio.get_running_loop()
        self.left = loop.create_future()
        self.set_writer(_Output(target, self.leave))

        def deliver(body: bytes | None) -> None:
            if not self.left.done():
                loop.call_soon_threadsafe(*((self.leave,) if body is None else (self.receive, body)))

        # A thread that waits for input would keep the process from ending, were it no daemon.
        threading.Thread(target=_read, args=(source, deliver), daemon=True).start()
        return await self.left

    def leave(self) -> None:
        """End the conversation."""
        if not self.left.done():
            self.left.set_result(0 if self._shutdown else 1)

    def leave_after(self, process: int) -> None:
        """Leave when a process ends: the client's, whose end of the pipe another may hold.

        One that is not there to begin with belongs to another machine or container.
        """
        if _runs(process):
            self._watch = asyncio.ensure_future(self._leave_after(process))

    async def _leave_after(self, process: int) -> None:
        while _runs(process):
            await asyncio.sleep(WATCH)
        self.leave()

    def receive(self, body: bytes) -> None:
        """Take in one message. What is wrong with a request is its answer."""
        identifier, is_request = None, True
        try:
            data = _parsed(body)
            identifier, is_request = data.get("id"), "id" in data
            self._check_order(data)
            self.handle_message(self.structure_message(data))
        except JsonRpcException as error:
            if is_request:
                # By hand: the library leaves an id out that is null.
                self._send_data({"jsonrpc": self.VERSION, "id": identifier, "error": error.to_response_error()})
        except Exception:
            _log.exception("a message could not be handled")

    def _check_order(self, data: dict[str, Any]) -> None:
        method = data.get("method")
        if method is None or method == types.EXIT:
            return
        if self._shutdown:
            raise JsonRpcInvalidRequest("the server is shut down")
        if method == types.INITIALIZE and self._workspace is not None:
            raise JsonRpcInvalidRequest("the server is initialized already")
        if method != types.INITIALIZE and self._workspace is None:
            raise JsonRpcServerNotInitialized("the server is not initialized yet")

    @lsp_method(types.EXIT)
    def lsp_exit(self, *_: object) -> Any:
        """The client leaves."""
        self.leave()

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text is open."""
        self._server.did_open(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """A text has changed."""
        self._server.did_change(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """A text is closed."""
        self._server.did_close(params)


class _Output:
    """Standard output. A client that reads no more has left."""

    def __init__(self, stream: BinaryIO, leave: Callable[[], None]) -> None:
        self._stream = stream
        self._leave = leave

    def write(self, data: bytes) -> None:
        try:
            self._stream.write(data)
            self._stream.flush()
        except OSError:
            self._leave()

    def close(self) -> None:
        """Nothing to do: the stream is the process's."""


def standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output, for the protocol alone: what anybody prints goes to standard error.

    The input is a reader of its own, because the interpreter's end would wait for a thread that reads from `sys.stdin`.
    """
    target = sys.stdout.buffer
    sys.stdout = sys.stderr
    return open(sys.stdin.fileno(), "rb", closefd=False), target


def _read(source: BinaryIO, deliver: Callable[[bytes | None], None]) -> None:
    """Deliver message after message, then None."""
    try:
        while (body := _message(source)) is not None:
            deliver(body)
    except (OSError, ValueError):
        _log.error("the input is no sequence of messages")
    deliver(None)


def _message(source: BinaryIO) -> bytes | None:
    """The next message; None at the end. ValueError for a length that is no number."""
    length = 0
    while line := source.readline():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
        elif length and not line.strip():
            body = source.read(length)
            return body if len(body) == length else None
    return None


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise JsonRpcParseError(str(error)) from None
    if not isinstance(data, dict) or data.get("jsonrpc") != Protocol.VERSION:
        raise JsonRpcInvalidRequest("no message of JSON-RPC 2.0")
    return data


def _runs(process: int) -> bool:
    """Whether a process runs. True on Windows, where asking could end it, and where pipes are closed with their owner."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True
