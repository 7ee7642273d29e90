"""The report for people: each finding with the line it stands on, then counts and coverage."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sigmalint.finding import Finding
from sigmalint.report import ReportContext
from sigmalint.report.concise import place
from sigmalint.report.coverage import coverage
from sigmalint.report.excerpt import Masked, excerpt
from sigmalint.report.facts import shown, suppression
from sigmalint.report.terminal import cells, printable, width
from sigmalint.result import Result
from sigmalint.rule import Level
from sigmalint.sources.text import Span

_REACH = 60
_STYLES = {Level.ERROR: "1;31", Level.WARNING: "1;33", Level.NOTE: "1;36"}
_BOLD, _FAINT = "1", "2"

_Paint = Callable[[str, str], str]


def write(result: Result, context: ReportContext) -> str:
    """Code frames, separated by empty lines, and the summary; with `context.verbose` also what was not understood."""
    paint = _colored if context.color else _plain
    masked = Masked(result)
    blocks = [_finding(finding, masked, paint) for finding in shown(result, context)]
    blocks.append(_summary(result, context, paint))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _colored(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"


def _plain(text: str, style: str) -> str:
    return text


def _finding(finding: Finding, masked: Masked, paint: _Paint) -> Iterator[str]:
    rule, style = finding.rule, _STYLES[finding.level]
    level = paint(f"{finding.level} {rule.code}", style)
    name = f"[{rule.name}] {printable(suppression(finding))}".rstrip()
    yield f"{paint(place(finding.span), _BOLD)}: {level} {printable(finding.message)} {paint(name, _FAINT)}"
    margin = " " * len(str(finding.span.begin.line))
    yield from _frame(masked.span(finding.span), margin, style, paint)
    if finding.hint:
        yield f" {margin} = {printable(finding.hint)}"
    elif finding.fix:
        yield f" {margin} = fix: {printable(finding.fix.description)}"
    for related in finding.related:
        yield f" {margin} = {place(related.span)} {printable(related.message)}"


def _frame(span: Span, margin: str, style: str, paint: _Paint) -> Iterator[str]:
    around = excerpt(span, _REACH)
    before = cells(("…" if around.cut_before else "") + around.before)
    marked = cells(around.marked, width(before))
    after = cells(around.after, width(before) + width(marked)) + ("…" if around.cut_after else "")
    carets = "^" * max(1, width(marked))
    yield paint(f" {margin} |", _FAINT)
    yield f" {paint(f'{span.begin.line} |', _FAINT)} {before}{marked}{after}".rstrip()
    yield f" {paint(f'{margin} |', _FAINT)} {' ' * width(before)}{paint(carets, style)}"


def _summary(result: Result, context: ReportContext, paint: _Paint) -> Iterator[str]:
    if context.verbose:
        for skipped in result.skipped:
            yield f"{printable(skipped.path)}: skipped: {printable(skipped.reason)}"
        for unresolved in result.unresolved:
            yield f"{place(unresolved.span)}: {unresolved.option} is not known: {printable(unresolved.reason)}"
    if result.findings and context.root and Path(context.root).resolve() != Path.cwd():
        yield f"Paths are relative to {printable(context.root)}"
    worst = max((finding.level for finding in result.findings), default=None)
    yield paint(coverage(result), _STYLES[worst] if worst else _BOLD)
