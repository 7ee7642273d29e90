"""Names for findings that survive edits elsewhere in the file: sigmalint's own, and the line hash of GitHub code scanning."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import mul

from sigmalint.finding import Finding
from sigmalint.report.excerpt import excerpt
from sigmalint.sources.text import SourceFile

_REACH = 100
_WINDOW = 100
_POWERS = [37**power & 0xFFFFFFFFFFFFFFFF for power in range(_WINDOW - 1, -1, -1)]
_END_OF_FILE = "\uffff"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_BLANKS = str.maketrans("", "", " \t")


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """The fingerprint of each finding, 32 hexadecimal digits, all different.

    It is a hash over the rule's code, the file's path, the message and the line on which the finding begins (at most 100
    characters either side of its first line's stretch, blanks left out), and which of several such findings it is, counted
    in the order given. Lines above may come and go, the line may be indented anew: the fingerprint stays. A finding that has
    one keeps it: what a baseline hides still counts.
    """
    seen: Counter[str] = Counter()
    found = []
    for finding in findings:
        if finding.fingerprint:
            found.append(finding.fingerprint)
            continue
        around = excerpt(finding.span, _REACH)
        line = "".join((around.before + around.marked + around.after).split())
        key = "\0".join((finding.rule.code, finding.span.file.path, finding.message, line))
        found.append(hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()[:32])
        seen[key] += 1
    return found


def line_hashes(file: SourceFile, lines: Iterable[int]) -> dict[int, str]:
    """`primaryLocationLineHash` of 1-based lines, as GitHub computes it (and must, or each result costs a warning there).

    The text, its byte order mark included, is taken as UTF-16 code units without spaces and tabs, line ends as LF, and
    closed by 0xFFFF and zeros. A line's hash is the polynomial over the 100 units from its start, modulo 2^64, followed by
    how often that hash has come up so far in the file.
    """
    wanted = set(lines)
    text = ("\ufeff" if file.bom else "") + file.text
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS)
    if not text.isascii():
        text = _ASTRAL.sub(_surrogates, text)
    text += _END_OF_FILE + "\0" * _WINDOW
    hashes: dict[int, str] = {}
    seen: Counter[str] = Counter()
    start, last = 0, max(wanted, default=0)
    for line in range(1, last + 1):
        window = text[start : start + _WINDOW]
        seen[window] += 1
        if line in wanted:
            hashes[line] = f"{_polynomial(window):x}:{seen[window]}"
        start = text.find("\n", start) + 1
        if not start:
            break
    return hashes


def _surrogates(match: re.Match[str]) -> str:
    high, low = divmod(ord(match[0]) - 0x10000, 0x400)
    return chr(0xD800 + high) + chr(0xDC00 + low)


def _polynomial(window: str) -> int:
    total: int = sum(map(mul, map(ord, window), _POWERS))
    return total & 0xFFFFFFFFFFFFFFFF
