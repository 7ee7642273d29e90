"""Path patterns with the meaning they have in a `.gitignore`, for ignore files and for the configuration."""

import re
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_MOST_STARS = 3
_MOST_FOLDERS = 2
_STARS = re.compile(r"\*+")


class Patterns:
    """Patterns, and the folder they are relative to (absolute); the last that matches decides, one with `!` takes back."""

    def __init__(self, base: str, lines: Iterable[str]) -> None:
        self._prefix = base.rstrip("/") + "/"
        wanted = [line for line in lines if line.strip() and not line.startswith("#") and _is_tame(line)]
        self._spec = _compiled(wanted) or _compiled([line for line in wanted if _compiled([line])])

    def decide(self, path: str) -> bool | None:
        """Whether the patterns match an absolute path with forward slashes (a folder's ends in one); None: they say nothing."""
        if self._spec is None or not path.startswith(self._prefix):
            return None
        return self._spec.check_file(path[len(self._prefix) :]).include


def _compiled(lines: list[str]) -> "GitIgnoreSpec | None":
    """The patterns as regular expressions; None where there are none, or one of them is not a pattern."""
    if not lines:
        return None
    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # from `re`, about a pattern such as `[[a]`
        try:
            return GitIgnoreSpec.from_lines(lines)
        except (ValueError, re.error):
            return None


def _is_tame(line: str) -> bool:
    """Each star of a pattern is tried at each place: one line with many of them would hang the run."""
    parts = line.split("/")
    return parts.count("**") <= _MOST_FOLDERS and all(len(_STARS.findall(part)) <= _MOST_STARS for part in parts)
