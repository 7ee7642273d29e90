"""One run: finds the extensions, lints each with its configuration, and puts the results together."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigmalint.baseline import Entry
from sigmalint.baseline import load as load_baseline
from sigmalint.config import Configurations
from sigmalint.finding import Finding, Suppression
from sigmalint.project import MANIFEST, ExtensionFiles, Platform, default_root, find_extensions
from sigmalint.registry import load_rules
from sigmalint.result import Result

if TYPE_CHECKING:
    from sigmalint.memory import Memory

UNREADABLE = "unreadable-file"
"""The rule that speaks of archives that are not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a caller asks for beside the paths.

    `root` is what reported paths are relative to (see `project.default_root`), `config` another configuration file,
    `isolated` none. `command_line` has configuration values by key (`select`, `ignore`, `fail-on`, ...). `overlay` has
    what files are to be taken for, by absolute path (see `project.Disk`).
    """

    root: str | None = None
    config: str | None = None
    isolated: bool = False
    untrusted: bool = False
    """Ignore what the linted tree says about linting it: configuration, suppression comments, ignore files."""
    baseline: str | None = None
    """A file of known findings (see `baseline`)."""
    command_line: Mapping[str, Any] = field(default_factory=dict)
    overlay: Mapping[str, bytes] = field(default_factory=dict)


_Key = tuple[str, int, int, str]


def _key(finding: Finding) -> _Key:
    """What tells findings apart."""
    span = finding.span
    return span.file.path, span.start, span.end, finding.rule.code


class Run:
    """A run over some paths. NoSuchPath for a path that is not there, ConfigError for a faulty configuration.

    `known` are the entries of the baseline, None without one. Once `lint` was called, `failing` are the findings at or above
    their file's `fail-on`, and `gone` the entries of the baseline that no longer occur.
    """

    def __init__(self, paths: Sequence[Path], options: Options) -> None:
        self.rules = load_rules()
        self.root = default_root(paths) if options.root is None else str(Path(options.root).absolute())
        self.configurations = Configurations(
            self.rules,
            self.root,
            command_line=options.command_line,
            file=options.config,
            isolated=options.isolated or (options.untrusted and options.config is None),
        )
        self.project = find_extensions(
            paths,
            self.root,
            _platform(),
            self._excludes,
            overlay=options.overlay,
            ignore_files=not options.untrusted,
        )
        self.known = None if options.baseline is None else load_baseline(options.baseline)
        self.gone: list[Entry] = []
        self._trusted = not options.untrusted
        self._fails: set[_Key] = set()
        self.failing: list[Finding] = []

    def lint(self) -> Result:
        """Lint every extension: findings sorted, each once, limited to the files that were asked for."""
        total = Result(skipped=list(self.project.skipped))
        found: dict[_Key, Finding] = {}
        for extension in self.project.extensions:
            result = self.lint_extension(extension)
            total.add(result)
            for finding in (*result.findings, *result.suppressed):
                if self.project.is_named(finding.span.file.path):
                    found.setdefault(_key(finding), finding)
        for finding in self._refusals(total):
            found.setdefault(_key(finding), finding)
        self._settle(total, sorted(found.values(), key=lambda finding: finding.sort_key))
        total.unresolved = [item for item in total.unresolved if self.project.is_named(item.span.file.path)]
        total.files = sorted(set(total.files))
        total.skipped.sort()
        return total

    def _refusals(self, total: Result) -> Iterator[Finding]:
        """The findings about archives that are not read."""
        from sigmalint.sources.text import SourceFile

        rule = next((rule.meta for rule in self.rules if rule.meta.name == UNREADABLE), None)
        for path, reason in self.project.refused:
            total.refused.append(path)
            here = self.configurations.at(posixpath.dirname(path)).at(path)
            if rule is not None and rule.code in here.enabled:
                level = here.levels.get(rule.code, rule.level)
                finding = Finding(rule=rule, message=f'"{path}" {reason}', span=SourceFile(path, "").span(0, 0), level=level)
                if here.fail_on is not None and level >= here.fail_on:
                    self._fails.add(_key(finding))
                yield finding

    def _settle(self, total: Result, findings: Sequence[Finding]) -> None:
        """Give each finding its fingerprint, and set apart those that are not shown: the baseline's, too."""
        from sigmalint.report.fingerprints import fingerprints

        known = {entry.fingerprint for entry in self.known or ()}
        total.findings, total.suppressed = [], []
        for finding, fingerprint in zip(findings, fingerprints(findings), strict=True):
            suppression = finding.suppression or (Suppression("external", None) if fingerprint in known else None)
            named = replace(finding, fingerprint=fingerprint, suppression=suppression)
            (total.findings if suppression is None else total.suppressed).append(named)
        self.failing = [finding for finding in total.findings if _key(finding) in self._fails]
        found = {finding.fingerprint for finding in (*total.findings, *total.suppressed)}
        self.gone = [entry for entry in self.known or () if entry.fingerprint not in found and self._is_judged(entry)]

    def accept(self, result: Result) -> list[Finding]:
        """Take all findings for known, and return them: what a new baseline holds."""
        result.suppressed += [replace(finding, suppression=Suppression("external", None)) for finding in result.findings]
        result.findings = []
        self.failing = []
        return self.pruned(result)

    def pruned(self, result: Result) -> list[Finding]:
        """The findings of the baseline that still occur."""
        return [finding for finding in result.suppressed if finding.suppression and finding.suppression.kind == "external"]

    def _is_judged(self, entry: Entry) -> bool:
        """Whether this run would have found it: its file was asked for, its rule on."""
        here = self.configurations.at(posixpath.dirname(entry.path))
        return self.project.is_named(entry.path) and entry.code in here.at(entry.path).enabled

    def lint_extension(self, extension: ExtensionFiles, memory: "Memory | None" = None) -> Result:
        """Lint one extension with its configuration; `memory` is the engine's (see there)."""
        from sigmalint.engine import lint

        configuration = self.configurations.at(extension.folder)
        settings = configuration.settings(_manifest_path(extension))
        if not self._trusted:
            settings = replace(settings, trusted=False, secret_allowed=lambda fingerprint, path, name: False)
        result = lint(extension, settings, self.rules, memory)
        for index, finding in enumerate(result.findings):
            here = configuration.at(finding.span.file.path)
            level = here.levels.get(finding.rule.code, finding.level)
            if level != finding.level:
                result.findings[index] = finding = replace(finding, level=level)
            if here.fail_on is not None and level >= here.fail_on and self.project.is_named(finding.span.file.path):
                self._fails.add(_key(finding))
        return result

    def _excludes(self, folder: str, path: str) -> bool:
        return self.configurations.at(folder).excludes(path)


def _manifest_path(extension: ExtensionFiles) -> str:
    """The path that an extension's own settings are looked up by: its manifest's, or where that would be."""
    return extension.manifest or f"{extension.folder}/{MANIFEST}".lstrip("/")


def _platform() -> Platform:
    from sigmalint.sdk import all_mentions
    from sigmalint.sources.manifest import looks_like_extension

    return Platform(tuple(name.encode() for name in all_mentions()), looks_like_extension)
