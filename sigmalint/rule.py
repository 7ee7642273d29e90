"""What a rule says of itself, once: the registry, reports, editor and documentation all derive from `Rule`."""

import enum
from dataclasses import dataclass
from typing import NamedTuple


class Level(enum.IntEnum):
    """How bad a finding is; ordered, so that `level >= fail_on` reads as it should."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


class Confidence(enum.StrEnum):
    """How sure a rule is of its findings (SARIF's `precision`)."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Fixability(enum.StrEnum):
    """Whether a rule's findings carry an edit, and whether it is applied without asking."""

    NONE = "none"
    SAFE = "safe"
    UNSAFE = "unsafe"


class Source(NamedTuple):
    """Where the vendor says so: an address, and the month in which it was read (`2026-11`)."""

    address: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The facts of one rule.

    `code` never changes its meaning; `name` is the file stem with hyphens for underscores. `cwe` is a CWE number.
    `security_severity` is GitHub's scale, 0.1 to 10.0, and makes the rule a security rule there. A rule that is not
    `default` runs only when it is selected.
    """

    code: str
    name: str
    level: Level
    confidence: Confidence = Confidence.HIGH
    fix: Fixability = Fixability.NONE
    default: bool = True
    cwe: int | None = None
    security_severity: float | None = None
    tags: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
