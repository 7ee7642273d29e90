"""Baselines: findings that are known, so that only what is new is shown.

A baseline knows findings by fingerprint: they may move within their file. It is JSON, one line a finding and sorted, so that
its changes read well under version control; what stands beside the fingerprints is for people.
"""

import json
from collections.abc import Iterable
from typing import NamedTuple

from sigmalint.errors import UserError
from sigmalint.finding import Finding

VERSION = 1
_LARGEST = 100_000_000


class BaselineError(UserError):
    """A baseline that cannot be used; the text names the file."""


class Entry(NamedTuple):
    """A known finding."""

    path: str
    code: str
    message: str
    fingerprint: str


def load(path: str) -> list[Entry]:
    """The entries of a baseline file. BaselineError where there is none, or it is something else."""
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise BaselineError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > _LARGEST:
        raise BaselineError(f"{path}: larger than {_LARGEST // 1_000_000} MB")
    try:
        known = json.loads(data)
        if known["version"] != VERSION:
            raise BaselineError(f"{path}: of version {known['version']}, not {VERSION}")
        return [Entry(*(_text(item[key]) for key in Entry._fields)) for item in known["findings"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BaselineError(f"{path}: is no baseline of sigmalint") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value


def dump(findings: Iterable[Finding]) -> str:
    """A baseline of findings, as the text of its file."""
    entries = sorted(
        Entry(finding.span.file.path, finding.rule.code, finding.message, finding.fingerprint) for finding in findings
    )
    lines = ",".join("\n    " + json.dumps(entry._asdict(), ensure_ascii=False) for entry in entries)
    return f'{{\n  "version": {VERSION},\n  "findings": [{lines}\n  ]\n}}\n'
