"""A finding, its related places and its fix: what rules produce and every report reads."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from sigmalint.rule import Level, Rule
from sigmalint.sources.text import Span


class Related(NamedTuple):
    """Another place that belongs to a finding, and what it has to do with it.

    `step`: the value that the finding is about passes here on its way to where it does harm.
    """

    span: Span
    message: str
    step: bool = False


class Edit(NamedTuple):
    """Replace the text of `span` by `text`; an empty span inserts."""

    span: Span
    text: str


_QUOTED = re.compile(r"""(["'`]|&(?:quot|apos|#34|#39|#x22|#x27);)(?P<text>[\s\S]*)\1""")
_BARE = re.compile(r"(?P<text>[\w$]+)")
_PLAIN = re.compile(r"""[^\s"'`\\&<>$\0-\x1f\x7f-\x9f\u2028\u2029]*""")
_HTTP = re.compile(r"""(?:["'`]|&(?:quot|apos|#34|#39|#x22|#x27);)?http(?=:)""", re.IGNORECASE)


def is_plain(text: str) -> bool:
    """Whether a text means itself in a string of any quotes and in an attribute."""
    return _PLAIN.fullmatch(text) is not None


def _part(span: Span, match: re.Match[str]) -> Span:
    return span.file.span(span.start + match.start("text"), span.start + match.end("text"))


def _escaped(edit: Edit) -> str:
    place = edit.span.file.embedded_at(edit.span.start)
    return in_attribute(edit.text, None if place is None else place.quote)


def in_attribute(text: str, quote: str | None) -> str:
    """A text as it is written in an attribute with this quote ("" for none); as it is where that is None."""
    if quote is None:
        return text
    text = text.replace("&", "&amp;")
    if quote:
        return text.replace(quote, "&quot;" if quote == '"' else "&#39;")
    return re.sub(r"""[\s"'`=<>]""", lambda match: f"&#{ord(match[0])};", text)


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that together remedy a finding; `safe` fixes keep what the program means."""

    description: str
    edits: tuple[Edit, ...]
    safe: bool = True

    def in_code(self) -> "Fix":
        """The same fix, its texts escaped where they stand in an attribute of a page. The texts of rules are code."""
        return replace(self, edits=tuple(edit._replace(text=_escaped(edit)) for edit in self.edits))

    @classmethod
    def replace(cls, span: Span, text: str, *, safe: bool = True) -> "Fix":
        """A fix that writes `text` in the place of one span."""
        return cls(f"Replace by {text}" if text else f"Remove {span.text}", (Edit(span, text),), safe)

    @classmethod
    def replace_string(cls, span: Span, old: str, new: str) -> "Fix | None":
        """Write another value into a string literal, its quotes kept; None where `span` is no such literal of `old`, or where
        the value would have to be escaped."""
        literal = _QUOTED.fullmatch(span.text)
        if literal is None or literal["text"] != old or not is_plain(new):
            return None
        return cls(f'Replace by "{new}"', (Edit(_part(span, literal), new),))

    @classmethod
    def rename_key(cls, key: Span, old: str, new: str) -> "Fix | None":
        """Rename the key of a property; None where the key stands for its value too (`{method}`)."""
        after = key.file.text[key.end : key.end + 200].lstrip()
        literal = _QUOTED.fullmatch(key.text) or _BARE.fullmatch(key.text)
        if literal is None or literal["text"] != old or not is_plain(new):
            return None
        if not after.startswith((":", "=", "(")) or after.startswith("=="):
            return None
        return cls(f'Rename to "{new}"', (Edit(_part(key, literal), new),))

    @classmethod
    def by_https(cls, span: Span) -> "Fix | None":
        """Write `https:` where an address, quoted or not, begins with `http:`; None where it does not. Not safe: the host may
        not answer there."""
        start = _HTTP.match(span.text)
        if start is None:
            return None
        place = span.start + start.end()
        return cls("Use https:", (Edit(span.file.span(place, place), "s"),), safe=False)

    @classmethod
    def remove_member(cls, key: Span, value: Span) -> "Fix | None":
        """Remove `key: value` from an object literal, with one of the commas beside it; None where comments are around."""
        text = key.file.text
        start, end = key.start, value.end
        after = len(text) - len(text[end:].lstrip())
        before = len(text[:start].rstrip())
        if text[after : after + 1] == ",":
            following = len(text) - len(text[after + 1 :].lstrip())
            end = following if "\n" not in text[after + 1 : following] else after + 1
            if "\n" in text[after + 1 : following]:
                start = before
        elif text[before - 1 : before] == ",":
            start = before - 1
        elif not (text[before - 1 : before] == "{" and text[after : after + 1] == "}"):
            return None
        return cls(f"Remove {key.text}", (Edit(key.file.span(start, end), ""),))


class Suppression(NamedTuple):
    """Why a finding is not shown: by a comment (`inSource`) or a baseline (`external`), and the reason that was given."""

    kind: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One defect at one place. It cannot be built without that place.

    `message` starts with what is wrong and names the thing in quotes; it has no final full stop. `definite` says that it
    holds on every path of the program, `level` is the rule's unless the configuration says otherwise. `fingerprint` is set
    when the findings of a run are complete (see `fingerprints`), that of a credential by its rule.
    """

    rule: Rule
    message: str
    span: Span
    level: Level
    hint: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    definite: bool = True
    suppression: Suppression | None = None
    fingerprint: str = ""

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Findings are shown by file, place, code and text."""
        return (self.span.file.path, self.span.start, self.span.end, self.rule.code, self.message)


class Report(Protocol):
    """What a rule calls for each defect it finds (see `engine`)."""

    def __call__(
        self,
        span: Span,
        message: str,
        *,
        hint: str | None = None,
        related: Iterable[Related] = (),
        fix: Fix | None = None,
        definite: bool = True,
        fingerprint: str = "",
    ) -> None: ...


Check = Callable[..., None]
