"""Findings as the protocol's diagnostics."""

from collections.abc import Callable, Collection, Sequence
from functools import cache
from hashlib import blake2b

from lsprotocol import types

from sigmalint.finding import Finding
from sigmalint.lsp.texts import Positions
from sigmalint.rule import Level, Rule

SOURCE = "sigmalint"

_SEVERITIES = {
    Level.ERROR: types.DiagnosticSeverity.Error,
    Level.WARNING: types.DiagnosticSeverity.Warning,
    Level.NOTE: types.DiagnosticSeverity.Information,
}
_TAGS = {"unnecessary": types.DiagnosticTag.Unnecessary, "deprecated": types.DiagnosticTag.Deprecated}


class Writer:
    """Writes findings for one client: its position encoding, what it understands, and the addresses it knows files by."""

    def __init__(
        self,
        positions: Positions,
        locate: Callable[[Finding, str], str],
        *,
        related: bool,
        tags: Collection[types.DiagnosticTag] = (),
    ) -> None:
        self._positions = positions
        self._locate = locate
        self._related = related
        self._tags = tags

    def write(self, finding: Finding) -> types.Diagnostic:
        """The diagnostic of a finding."""
        rule = finding.rule
        return types.Diagnostic(
            range=self._positions.range(finding.span),
            severity=_SEVERITIES[finding.level],
            code=rule.code,
            code_description=_description(rule),
            source=SOURCE,
            message=finding.message if finding.hint is None else f"{finding.message}\n{finding.hint}",
            tags=[tag for tag in _tags(rule) if tag in self._tags] or None,
            related_information=self._places(finding) or None,
        )

    def _places(self, finding: Finding) -> list[types.DiagnosticRelatedInformation]:
        if not self._related:
            return []
        return [
            types.DiagnosticRelatedInformation(
                types.Location(self._locate(finding, related.span.file.path), self._positions.range(related.span)),
                related.message,
            )
            for related in finding.related
        ]


def result_id(diagnostics: Sequence[types.Diagnostic]) -> str:
    """What tells diagnostics of a file from others, also those of an earlier server."""
    return blake2b(repr(diagnostics).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


@cache
def _description(rule: Rule) -> types.CodeDescription | None:
    return types.CodeDescription(rule.sources[0].address) if rule.sources else None


@cache
def _tags(rule: Rule) -> tuple[types.DiagnosticTag, ...]:
    return tuple(tag for name, tag in _TAGS.items() if name in rule.tags)
