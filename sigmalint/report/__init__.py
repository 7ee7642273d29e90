"""Reports: one function a format, from a `Result` to text. Analyses nothing, writes no file."""

import re
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sigmalint.registry import LoadedRule
    from sigmalint.result import Result

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")
"""The names that `render` knows; the first is the default."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Checkout(NamedTuple):
    """The version control state of what was linted: the repository's address, the commit and, where one is, the branch."""

    repository: str
    revision: str
    branch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContext:
    """What a report needs beside the result.

    `rules` are all rules that are known, also those that were off. `root` is the absolute folder that reported paths are
    relative to (the text report names it when it is not the working folder). `color` allows terminal colours, `verbose`
    lists skipped files and unresolved requests one by one; both matter to the text report alone. `suppressed` asks for the
    findings that a comment or the baseline hides (text, concise, JSON and SARIF).
    """

    rules: tuple["LoadedRule", ...]
    version: str
    root: str = ""
    color: bool = False
    verbose: bool = False
    suppressed: bool = False
    checkout: Checkout | None = None


def render(format: str, result: "Result", context: ReportContext) -> str:
    """The whole report, ending with a line end and free of lone surrogates; ValueError for a format not in `FORMATS`."""
    if format not in FORMATS:
        raise ValueError(f'unknown format "{format}"')
    module = import_module(f"sigmalint.report.{format}")
    text: str = module.write(result, context)
    return _LONE_SURROGATE.sub("\ufffd", text)
