"""The names that a browser defines, so that nothing in an extension has to."""

from functools import cache
from importlib.resources import files

WINDOWS = frozenset(("window", "self", "globalThis"))
"""The names of the global object."""


@cache
def browser_globals() -> frozenset[str]:
    """The global names of the language and of the web platform (`browser.txt` says where they are from)."""
    lines = (files(__package__) / "browser.txt").read_text("utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
