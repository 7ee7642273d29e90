"""SARIF 2.1.0 for GitHub code scanning and the editors' viewers, by the `sarif-om` object model.

Results are serialised one by one: a run of 25,000 needs little more memory than its text.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

import sarif_om as om

from sigmalint.finding import Finding, Fix, Related
from sigmalint.report import Checkout, ReportContext
from sigmalint.report.coverage import plural
from sigmalint.report.facts import region, shown, summary
from sigmalint.report.fingerprints import fingerprints, line_hashes
from sigmalint.report.rule_page import first_sentence, prose, sections
from sigmalint.report.sarif_json import Plain, dump, plain
from sigmalint.result import Result
from sigmalint.rule import Level, Rule
from sigmalint.sources.script import LANGUAGES
from sigmalint.sources.text import SourceFile, Span

MAX_RESULTS = 25_000
"""GitHub rejects a run that has more."""

_INFORMATION = "https://www.zoho.com/writer/help/developer-guide/extensions/use-connections.html"
"""The guide whose contract is checked: the tool has no address of its own yet."""

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "SRCROOT"
_CWE = "CWE"
_REMEMBERED = 2_000
_MAX_TAGS = 10
_MAX_DESCRIPTION = 1024
_SEMANTIC_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_PROBLEM_SEVERITIES = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "recommendation"}
_NOT_READ = frozenset({"SIG001", "SIG002", "SIG004", "SIG007"})
_SOURCE_LANGUAGES = {
    **{suffix: "typescript" if language == "tsx" else language for suffix, language in LANGUAGES.items()},
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".json": "json",
}
_NOTIFICATIONS = {
    "FileSkipped": "A file was left out, or was not read as code.",
    "FileNotRead": "A file could not be read whole: findings may be missing in it.",
    "InternalError": "A part of sigmalint failed: findings may be missing.",
    "ResultsOmitted": f"There were more than {MAX_RESULTS} results: the most severe are kept.",
}


def write(result: Result, context: ReportContext) -> str:
    """The log: one run, all known rules, at most `MAX_RESULTS` results."""
    found = shown(result, context)
    kept = _most_severe(found)
    artifacts = _Artifacts(result.files)
    rules = _rules(context, kept)
    indices = {rule.code: index for index, (rule, _) in enumerate(rules)}
    hashes = _line_hashes(kept)
    # Either all results have the property, or none.
    without: list[om.Suppression] | None = [] if any(finding.suppression for finding in kept) else None
    results = [
        dump(_result(finding, own, hashes.get((finding.span.file.path, finding.span.begin.line)), indices, artifacts, without))
        for finding, own in zip(kept, fingerprints(kept), strict=True)
    ]
    cwes = sorted({rule.cwe for rule, _ in rules if rule.cwe is not None})
    run = om.Run(
        tool=om.Tool(driver=_driver(rules, cwes, context)),
        automation_details=om.RunAutomationDetails(id="sigmalint/"),
        column_kind="utf16CodeUnits",
        invocations=[_invocation(result, kept, len(found) - len(kept), indices, artifacts)],
        newline_sequences=["\r\n", "\n", "\r"],
        original_uri_base_ids={
            _ROOT: om.ArtifactLocation(description=om.Message(text="The folder that the report's paths are relative to."))
        },
        artifacts=artifacts.found,
        properties={"coverage": summary(result)},
        taxonomies=[_taxonomy(cwes)] if cwes else None,
        version_control_provenance=[_provenance(context.checkout)] if context.checkout else None,
    )
    log = om.SarifLog(version="2.1.0", schema_uri=_SCHEMA, runs=None)
    parts = [f'{dump(log)[:-1]},"runs":[{dump(run)[:-1]},"results":[']
    for index, result_text in enumerate(results):
        parts += (",", result_text) if index else (result_text,)
    return "".join((*parts, "]}]}\n"))


def _most_severe(findings: Sequence[Finding]) -> list[Finding]:
    if len(findings) <= MAX_RESULTS:
        return list(findings)
    by_level = sorted(range(len(findings)), key=lambda index: (findings[index].suppression is not None, -findings[index].level))
    return [findings[index] for index in sorted(by_level[:MAX_RESULTS])]


def _line_hashes(findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    lines: defaultdict[SourceFile, set[int]] = defaultdict(set)
    for finding in findings:
        lines[finding.span.file].add(finding.span.begin.line)
    return {(file.path, line): value for file, wanted in lines.items() for line, value in line_hashes(file, wanted).items()}


class _Artifacts:
    """The files that the run speaks of; everything in it points at one by path and index."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.found: list[om.Artifact] = []
        self._locations: dict[str, Plain] = {}
        self._places: dict[Span, Plain] = {}
        for path in paths:
            self.location(path)

    def location(self, path: str) -> Plain:
        """Where a file is, relative to the root."""
        known = self._locations.get(path)
        if known is None:
            known = plain(om.ArtifactLocation(uri=_uri(path), uri_base_id=_ROOT, index=len(self.found)))
            self._locations[path] = known
            self.found.append(
                om.Artifact(
                    location=known,
                    roles=["analysisTarget"],
                    source_language=_SOURCE_LANGUAGES.get(PurePosixPath(path).suffix.lower()),
                )
            )
        return known

    def place(self, span: Span) -> Plain:
        """The physical location of a stretch of a file, in that file's own coordinates."""
        known = self._places.get(span)
        if known is None:
            if len(self._places) == _REMEMBERED:
                self._places.clear()
            known = plain(om.PhysicalLocation(artifact_location=self.location(span.file.path), region=_region(span)))
            self._places[span] = known
        return known


def _uri(path: str) -> str:
    """A path as a relative reference; bytes of a file name that are no UTF-8 are kept."""
    return quote(path.encode("utf-8", "surrogateescape"))


def _region(span: Span) -> Plain:
    """What `om.Region` would come to; there are too many to make one each."""
    numbers = Plain(region(span))
    if embedded := span.file.embedded_at(span.start):
        numbers["sourceLanguage"] = embedded.language
    return numbers


def _result(
    finding: Finding,
    own: str,
    line_hash: str | None,
    indices: Mapping[str, int],
    artifacts: _Artifacts,
    suppressions: list[om.Suppression] | None,
) -> om.Result:
    primary = artifacts.place(finding.span)
    places = [artifacts.place(related.span) for related in finding.related]
    hashes = {"sigmalint/v1": own}
    if finding.suppression:
        suppressions = [om.Suppression(kind=finding.suppression.kind, justification=finding.suppression.reason)]
    if line_hash:
        hashes["primaryLocationLineHash"] = line_hash
    return om.Result(
        rule_id=finding.rule.code,
        rule_index=indices[finding.rule.code],
        level=str(finding.level),
        message=_text(_message(finding)),
        locations=[om.Location(physical_location=primary)],
        related_locations=[
            om.Location(id=number, physical_location=place, message=_text(_literal(related.message)))
            for number, (related, place) in enumerate(zip(finding.related, places, strict=True), start=1)
        ]
        or None,
        code_flows=_code_flows(finding, primary, places),
        fixes=[_fix(finding.fix, artifacts)] if finding.fix else None,
        partial_fingerprints=hashes,
        suppressions=suppressions,
        properties=None if finding.definite else {"definite": False},
    )


@lru_cache(_REMEMBERED)
def _text(text: str) -> Plain:
    """A message of plain text; most come more than once."""
    return plain(om.Message(text=text))


def _message(finding: Finding) -> str:
    """Sentences in plain text: what is wrong, what to do, and links to the related locations by their ids.

    Braces stay single: they could only be placeholders beside `arguments`, which no message of ours has.
    """
    sentences = [_sentence(_literal(finding.message))]
    if finding.hint:
        sentences.append(_sentence(_literal(finding.hint[:1].upper() + finding.hint[1:])))
    if finding.related:
        links = (f"[{_link_text(related)}]({number})" for number, related in enumerate(finding.related, start=1))
        sentences.append(f"See {', '.join(links)}.")
    return " ".join(sentences)


def _literal(text: str) -> str:
    """Text in which nothing reads as a link: names come from the linted sources, and GitHub renders links."""
    return text.replace("](", "] (")


def _link_text(related: Related) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", related.message)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _code_flows(finding: Finding, primary: Plain, places: Iterable[Plain]) -> list[om.CodeFlow] | None:
    """The way of a value from where it is written to the call."""
    steps = [(place, related.message) for related, place in zip(finding.related, places, strict=True) if related.step]
    if not steps:
        return None
    way = [(primary, finding.message), *steps]
    locations = [
        om.ThreadFlowLocation(location=om.Location(physical_location=place, message=_text(_literal(message))))
        for place, message in way
    ]
    return [om.CodeFlow(thread_flows=[om.ThreadFlow(locations=locations)])]


def _fix(fix: Fix, artifacts: _Artifacts) -> om.Fix:
    changes: dict[str, list[om.Replacement]] = {}
    for edit in fix.edits:
        changes.setdefault(edit.span.file.path, []).append(
            om.Replacement(deleted_region=_region(edit.span), inserted_content=om.ArtifactContent(text=edit.text))
        )
    return om.Fix(
        description=_text(_sentence(_literal(fix.description))),
        artifact_changes=[
            om.ArtifactChange(artifact_location=artifacts.location(path), replacements=replacements)
            for path, replacements in changes.items()
        ],
        properties={"applicability": "safe" if fix.safe else "unsafe"},
    )


def _rules(context: ReportContext, findings: Iterable[Finding]) -> list[tuple[Rule, str]]:
    """All rules with their pages, by code: the set must not depend on what was found."""
    pages = {finding.rule.code: (finding.rule, "") for finding in findings}
    pages.update((rule.meta.code, (rule.meta, rule.page)) for rule in context.rules)
    return [pages[code] for code in sorted(pages)]


def _driver(rules: Sequence[tuple[Rule, str]], cwes: Sequence[int], context: ReportContext) -> om.ToolComponent:
    return om.ToolComponent(
        name="sigmalint",
        full_name=f"sigmalint {context.version}",
        version=context.version,
        information_uri=_INFORMATION,
        semantic_version=context.version if _SEMANTIC_VERSION.fullmatch(context.version) else None,
        short_description=om.MultiformatMessageString(text="Finds defects in Zoho Sigma extensions."),
        rules=[_descriptor(rule, page, cwes) for rule, page in rules],
        notifications=[_notification_descriptor(name, text) for name, text in _NOTIFICATIONS.items()],
        supported_taxonomies=[om.ToolComponentReference(name=_CWE, index=0)] if cwes else None,
    )


def _descriptor(rule: Rule, page: str, cwes: Sequence[int]) -> om.ReportingDescriptor:
    parts = sections(page)
    description = prose(parts.get("What it does", "")) or _sentence(rule.name)
    help_parts = [prose(parts[title]) for title in ("What it does", "Why", "Fix") if parts.get(title)]
    addresses = [f"{source.address} ({source.date})" for source in rule.sources]
    if addresses:
        help_parts.append("Sources: " + ", ".join(addresses))
    markdown = re.sub(r"\A#[^\n]*\n+", "", page) + "".join(f"\n- <{source.address}> ({source.date})" for source in rule.sources)
    return om.ReportingDescriptor(
        id=rule.code,
        name=rule.name,
        short_description=om.MultiformatMessageString(text=_shortened(first_sentence(description))),
        full_description=om.MultiformatMessageString(text=_shortened(description)),
        default_configuration=om.ReportingConfiguration(level=str(rule.level), enabled=rule.default),
        help=om.MultiformatMessageString(text="\n\n".join(help_parts) or description, markdown=markdown or None),
        help_uri=rule.sources[0].address if rule.sources else None,
        properties=_rule_properties(rule),
        relationships=_relationships(rule, cwes),
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_DESCRIPTION else text[: _MAX_DESCRIPTION - 1] + "…"


def _rule_properties(rule: Rule) -> dict[str, Any]:
    tags = list(rule.tags)
    if rule.security_severity is not None and "security" not in tags:
        tags.append("security")
    if rule.cwe is not None:
        tags.append(f"external/cwe/cwe-{rule.cwe:03}")
    properties: dict[str, Any] = {
        "precision": str(rule.confidence),
        "problem.severity": _PROBLEM_SEVERITIES[rule.level],
        "fixable": str(rule.fix),
    }
    if tags:
        properties["tags"] = tags[:_MAX_TAGS]
    if rule.security_severity is not None:
        properties["security-severity"] = f"{rule.security_severity:.1f}"
    return properties


def _relationships(rule: Rule, cwes: Sequence[int]) -> list[om.ReportingDescriptorRelationship] | None:
    if rule.cwe is None:
        return None
    target = om.ReportingDescriptorReference(
        id=str(rule.cwe), index=cwes.index(rule.cwe), tool_component=om.ToolComponentReference(name=_CWE, index=0)
    )
    return [om.ReportingDescriptorRelationship(target=target, kinds=["superset"])]


def _taxonomy(cwes: Iterable[int]) -> om.ToolComponent:
    description = om.MultiformatMessageString(text="The MITRE Common Weakness Enumeration.")
    return om.ToolComponent(
        name=_CWE,
        organization="MITRE",
        short_description=description,
        full_description=description,
        information_uri="https://cwe.mitre.org/",
        taxa=[
            om.ReportingDescriptor(
                id=str(cwe),
                name=f"CWE-{cwe}",
                help_uri=f"https://cwe.mitre.org/data/definitions/{cwe}.html",
            )
            for cwe in cwes
        ],
    )


def _notification_descriptor(name: str, text: str) -> om.ReportingDescriptor:
    message = om.MultiformatMessageString(text=text)
    return om.ReportingDescriptor(id=name, short_description=message, full_description=message, help=message)


def _provenance(checkout: Checkout) -> om.VersionControlDetails:
    return om.VersionControlDetails(
        repository_uri=checkout.repository,
        revision_id=checkout.revision,
        branch=checkout.branch,
        mapped_to=om.ArtifactLocation(uri_base_id=_ROOT),
    )


def _invocation(
    result: Result, kept: Sequence[Finding], omitted: int, indices: Mapping[str, int], artifacts: _Artifacts
) -> om.Invocation:
    """What could not be done. The run still counts as successful: GitHub throws away the results of one that does not."""
    return om.Invocation(
        execution_successful=True,
        tool_execution_notifications=list(_notifications(result, kept, omitted, indices, artifacts)) or None,
    )


def _notifications(
    result: Result, kept: Sequence[Finding], omitted: int, indices: Mapping[str, int], artifacts: _Artifacts
) -> Iterator[om.Notification]:
    if omitted:
        text = f"{plural(omitted, 'result')} of {omitted + len(kept)} left out, the least severe first."
        yield _notification("ResultsOmitted", Level.WARNING, text)
    for failure in result.failures:
        yield _notification("InternalError", Level.ERROR, _sentence(_literal(failure)))
    for finding in kept:
        if finding.rule.code in _NOT_READ:
            code = finding.rule.code
            yield _notification(
                "FileNotRead",
                finding.level,
                _sentence(_literal(finding.message)),
                artifacts.place(finding.span),
                om.ReportingDescriptorReference(id=code, index=indices[code]),
            )
    for skipped in result.skipped:
        file = om.ArtifactLocation(uri=_uri(skipped.path), uri_base_id=_ROOT)
        place = plain(om.PhysicalLocation(artifact_location=file))
        yield _notification("FileSkipped", Level.NOTE, _sentence(f"Skipped: {_literal(skipped.reason)}"), place)


def _notification(
    name: str,
    level: Level,
    text: str,
    place: Plain | None = None,
    rule: om.ReportingDescriptorReference | None = None,
) -> om.Notification:
    return om.Notification(
        descriptor=om.ReportingDescriptorReference(id=name, index=list(_NOTIFICATIONS).index(name)),
        level=str(level),
        message=om.Message(text=text),
        locations=[om.Location(physical_location=place)] if place else None,
        associated_rule=rule,
    )
