"""Counts and coverage in words: clean and not understood must not look alike."""

from collections import Counter

from sigmalint.report.facts import counts
from sigmalint.result import Result
from sigmalint.rule import Level


def coverage(result: Result) -> str:
    """One line: findings by level, what was read and skipped, and how many requests were understood."""
    levels = counts(result)
    findings = ", ".join(plural(levels[level], str(level)) for level in sorted(Level, reverse=True))
    if result.suppressed:
        findings += f" ({len(result.suppressed)} more suppressed)"
    read = f"{plural(result.extensions, 'extension')}, {plural(len(result.files), 'file')} read"
    reasons = Counter(skipped.reason for skipped in result.skipped)
    skipped = "".join(f", {count} skipped ({reason})" for reason, count in sorted(reasons.items()))
    unresolved = result.requests - result.resolved
    requests = f"{plural(result.requests, 'request')}: {result.resolved} resolved, {unresolved} unresolved"
    return f"{findings}; {read}{skipped}; {requests if result.requests else 'no requests'}"


def plural(number: int, noun: str, several: str | None = None) -> str:
    """`1 file`, `2 files`; `several` is the noun's plural where that is no mere `s`."""
    return f"{number} {noun}" if number == 1 else f"{number} {several or noun + 's'}"
