"""Keeping secrets out of reports: fingerprints that do not show a value, and texts in which none is left."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sigmalint.credentials.candidate import Credential
from sigmalint.finding import Finding

_KEY = b"sigmalint credential fingerprint"
_SHORTEST = 4
_SHORTEST_ELSEWHERE = 8
_MOST_OCCURRENCES = 1_000
MASK = "*" * 8


def fingerprint(code: str, path: str, value: str, occurrence: int = 0) -> str:
    """A keyed hash over rule, path and raw value, 32 hexadecimal digits; the line plays no part.

    `occurrence` tells the second and further places of one value in a file apart.
    """
    text = "\0".join((code, path, value, *([str(occurrence)] if occurrence else [])))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=_KEY).hexdigest()


class Masker:
    """Knows the credentials of an extension, and takes them out of findings and texts.

    `stretches` says, by path and offsets, where they stand: in their own places, and wherever else the files have them.
    """

    def __init__(self, credentials: Iterable[Credential] = ()) -> None:
        found = list(credentials)
        values = {text for one in found for text in (one.value, one.span.text, one.extent.text)}
        self._values = sorted((value for value in values if len(value) >= _SHORTEST), key=len, reverse=True)
        self.stretches: dict[str, list[tuple[int, int]]] = {}
        for file in {one.span.file.path: one.span.file for one in found}.values():
            self.stretches[file.path] = [(one.extent.start, one.extent.end) for one in found if one.span.file is file]
            for value in self._values:
                self.stretches[file.path] += _occurrences(file.text, value)

    def text(self, text: str) -> str:
        """A message, reason or traceback without any of the credentials."""
        for value in self._values:
            if value in text:
                text = text.replace(value, MASK)
        return redact(text)

    def finding(self, finding: Finding) -> Finding:
        """A finding that does not quote a credential. A fix that would have to is none."""
        fix = finding.fix
        if fix is not None and any(self.text(edit.text) != edit.text for edit in fix.edits):
            fix = None
        if fix is not None:
            fix = replace(fix, description=self.text(fix.description))
        return replace(
            finding,
            message=self.text(finding.message),
            hint=finding.hint and self.text(finding.hint),
            related=tuple(step._replace(message=self.text(step.message)) for step in finding.related),
            fix=fix,
        )


def _occurrences(text: str, value: str) -> Iterator[tuple[int, int]]:
    if len(value) < _SHORTEST_ELSEWHERE:
        return
    start = text.find(value)
    for _ in range(_MOST_OCCURRENCES):
        if start < 0:
            return
        yield start, start + len(value)
        start = text.find(value, start + len(value))


def redact(text: str) -> str:
    """A text in which stretches that have the format of a secret, or are one in an address, are masked."""
    from sigmalint.credentials.formats import scan
    from sigmalint.credentials.urls import may_have_parts, parts

    stretches = [(hit.start, hit.end) for hit in scan(text)]
    if may_have_parts(text):
        stretches += [(part.start, part.end) for part in parts(text, anywhere=True) if not part.name]
    return mask(text, stretches)


def mask(text: str, stretches: Sequence[tuple[int, int]]) -> str:
    """A text in which every stretch is a few `*`, however long it is."""
    parts: list[str] = []
    position = 0
    for start, end in sorted(stretches):
        if end > position:
            parts += (text[position : max(start, position)], MASK)
            position = end
    return "".join([*parts, text[position:]])
