"""The language server: the same engine as the command line's, kept running, with what an editor can do with its model."""

from sigmalint.errors import UserError


class NotInstalled(UserError):
    """The language server's libraries are not there."""


def start(*, check: bool = False) -> int:
    """Serve on standard input and output until the client leaves: the exit status that the protocol asks for.

    NotInstalled without the extra `sigmalint[lsp]`, which is all that `check` finds out.
    """
    try:
        from sigmalint.lsp.server import Server
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in ("pygls", "lsprotocol", "attrs", "attr", "cattrs"):
            raise
        raise NotInstalled('the language server needs more packages: pip install "sigmalint[lsp]"') from None
    return 0 if check else Server().serve()
