"""Extension and rules to findings: pure, without a file system, printing or processes of its own."""

import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sigmalint.finding import Finding, Fix, Related
from sigmalint.model import Extension, Request
from sigmalint.result import Files, Result, Unresolved
from sigmalint.settings import Settings
from sigmalint.sources.text import SourceFile, Span

if TYPE_CHECKING:
    from sigmalint.loading import Loader
    from sigmalint.memory import Memory
    from sigmalint.registry import LoadedRule

INTERNAL_ERROR = "internal-error"
_RECURSION = 12_000
"""Python frames for the analysis, which bounds its own depth (`expressions.MAX_NESTING`) well below."""


def lint(files: Files, settings: Settings, rules: "Sequence[LoadedRule]", memory: "Memory | None" = None) -> Result:
    """Lint one extension: read it, run the rules that are switched on, and say how much was understood.

    `memory` keeps what was made of the files for the next time, and the extension itself.
    """
    from sigmalint.loading import Loader

    result = Result(extensions=1)
    loader = Loader(files, settings, memory)
    with _deep_stack():
        try:
            extension = loader.load()
        except Exception:
            place = SourceFile(files.manifest or next(iter(files.sources), files.folder), "").span(0, 0)
            _crash(result, rules, settings, place, "reading the extension", traceback.format_exc())
            _mask(result, None)
            return result
        for rule in rules:
            if settings.enabled(rule.meta.code, files.manifest or files.folder) or not _is_off(rule, settings, files):
                _run(rule, extension, rules, result)
        _suppress(extension, loader, rules, result)
    result.findings.sort(key=lambda finding: finding.sort_key)
    result.suppressed.sort(key=lambda finding: finding.sort_key)
    result.files = loader.read
    result.skipped = loader.skipped
    _cover(result, extension.requests)
    result.unresolved += (
        Unresolved(place, "a request", "the code here takes too long to follow") for place in extension.unfinished
    )
    _mask(result, extension)
    return result


def _is_off(rule: "LoadedRule", settings: Settings, files: Files) -> bool:
    """Whether no file of the extension has the rule switched on."""
    return not any(settings.enabled(rule.meta.code, path) for path in files.sources)


def _run(rule: "LoadedRule", extension: Extension, rules: "Sequence[LoadedRule]", result: Result) -> None:
    """Run one rule; of findings with one span the first stands."""
    found: dict[tuple[SourceFile, int, int], Finding] = {}
    meta, settings = rule.meta, extension.settings

    def report(
        span: Span,
        message: str,
        *,
        hint: str | None = None,
        related: Iterable[Related] = (),
        fix: Fix | None = None,
        definite: bool = True,
        fingerprint: str = "",
    ) -> None:
        key = (span.file, span.start, span.end)
        known = found.get(key)
        if (known is None or (definite and not known.definite)) and settings.enabled(meta.code, span.file.path):
            found[key] = Finding(
                rule=meta,
                message=message,
                span=span,
                level=settings.levels.get(meta.code, meta.level),
                hint=hint,
                related=tuple(related),
                fix=fix and fix.in_code(),
                definite=definite,
                fingerprint=fingerprint,
            )

    try:
        rule.check(extension, report)
    except Exception:
        place = extension.manifest.file if extension.manifest is not None else SourceFile(extension.folder, "")
        _crash(result, rules, settings, place.span(0, 0), f"rule {meta.name}", traceback.format_exc())
    result.findings += found.values()


def _suppress(extension: Extension, loader: "Loader", rules: "Sequence[LoadedRule]", result: Result) -> None:
    """Set apart what suppression comments hide, and report those that hide nothing."""
    from sigmalint.suppress import apply

    settings = extension.settings
    if not settings.trusted:
        return
    try:
        found = apply(result.findings, extension.pages, loader.codes, rules, settings, complete=not result.failures)
    except Exception:
        place = extension.manifest.file if extension.manifest is not None else SourceFile(extension.folder, "")
        _crash(result, rules, settings, place.span(0, 0), "the suppression comments", traceback.format_exc())
        return
    result.findings = [finding for finding in found if finding.suppression is None]
    result.suppressed = [finding for finding in found if finding.suppression is not None]


def _crash(result: Result, rules: "Sequence[LoadedRule]", settings: Settings, place: Span, what: str, details: str) -> None:
    """A crash is a finding of its own; everything else is still reported."""
    result.failures.append(f"{what}: {details}")
    for rule in rules:
        if rule.meta.name == INTERNAL_ERROR:
            message = f"sigmalint failed at {what}; its other findings stand"
            level = settings.levels.get(rule.meta.code, rule.meta.level)
            result.findings.append(Finding(rule=rule.meta, message=message, span=place, level=level))


def _cover(result: Result, requests: Iterable[Request]) -> None:
    """How many call sites were found, and of how many what they send is known."""
    sites: dict[Span, list[Unresolved]] = {}
    for request in requests:
        open_ends = sites.setdefault(request.callee, [])
        open_ends += (Unresolved(request.callee, label, reason) for label, reason in request.open_ends())
    result.requests = len(sites)
    result.resolved = sum(not open_ends for open_ends in sites.values())
    for open_ends in sites.values():
        result.unresolved += {item.option: item for item in reversed(open_ends)}.values()


def _mask(result: Result, extension: Extension | None) -> None:
    """Take credentials out of everything that is said: other rules quote the values that they speak of."""
    from sigmalint.credentials.masking import Masker

    masker = Masker(extension.found_credentials if extension is not None else ())
    result.findings = [masker.finding(finding) for finding in result.findings]
    result.suppressed = [masker.finding(finding) for finding in result.suppressed]
    result.unresolved = [item._replace(reason=masker.text(item.reason)) for item in result.unresolved]
    result.failures = [masker.text(failure) for failure in result.failures]
    result.secrets = masker.stretches


@contextmanager
def _deep_stack() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
