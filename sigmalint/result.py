"""What one run gives: findings, and how much of the code was understood."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sigmalint.finding import Finding
from sigmalint.sources.text import Span


class Files(Protocol):
    """The files of one extension, as the engine sees them: the engine itself never touches a disk.

    All paths are *reported paths*: relative to the report's root, forward slashes. `folder` is the extension's folder (""
    for the root itself), `base` the folder that `/`-rooted addresses start from first, `manifest` the plugin-manifest.json
    (None where pages have none above them), `sources` every page, script, manifest and other JSON file to lint, sorted.
    `texts` are other files that are packed, and searched for credentials alone: styles, environment and key files.
    """

    folder: str
    base: str
    manifest: str | None
    sources: Sequence[str]

    @property
    def texts(self) -> Sequence[str]: ...

    def read(self, path: str) -> bytes:
        """The bytes of a file of the extension, also of one not in `sources`; OSError where it cannot be read."""

    def exists(self, path: str) -> bool:
        """Whether the extension has a file of exactly this path (case counts, also on file systems where it does not)."""

    def packed(self) -> Iterable[tuple[str, int]]:
        """The files below `app/`, which are packed, each with its size in bytes."""


class Skipped(NamedTuple):
    """A file that was not read, or not as code, and why (one phrase: `minified`, `ignored by .gitignore`)."""

    path: str
    reason: str


class Unresolved(NamedTuple):
    """A request of which a required option is not known, and why, in words a user can act on."""

    span: Span
    option: str
    reason: str


@dataclass(slots=True, kw_only=True)
class Result:
    """Findings of one or more extensions, sorted, and the coverage that every report states.

    `suppressed` are the findings that a comment or the baseline hides; each says by what. `refused` are archives that were
    not opened, each a finding too (SIG002). `requests` counts call sites that were found, `resolved` those whose connection,
    type and url are all known. `failures` are crashes of a rule or reader, already findings too (SIG007). `secrets` are the
    stretches of files, by path and offsets, that no report may show.
    """

    findings: list[Finding] = field(default_factory=list)
    suppressed: list[Finding] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    extensions: int = 0
    files: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    requests: int = 0
    resolved: int = 0
    unresolved: list[Unresolved] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    secrets: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def add(self, other: "Result") -> None:
        """Take in the result of another extension."""
        self.findings += other.findings
        self.suppressed += other.suppressed
        self.refused += other.refused
        self.extensions += other.extensions
        self.files += other.files
        self.skipped += other.skipped
        self.requests += other.requests
        self.resolved += other.resolved
        self.unresolved += other.unresolved
        self.failures += other.failures
        for path, stretches in other.secrets.items():
            self.secrets.setdefault(path, []).extend(stretches)
