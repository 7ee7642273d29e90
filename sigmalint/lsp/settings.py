"""What an editor's user may set, from initialization options, `workspace/configuration` and `didChangeConfiguration`."""

import re
from collections.abc import Mapping
from typing import Any

from sigmalint.lsp.workspace import ClientSettings
from sigmalint.spelling import nearest

SECTION = "sigmalint"

_VALUES = (
    "select",
    "extend-select",
    "ignore",
    "levels",
    "globals",
    "request.connection-required",
    "request.methods",
    "manifest.locations",
    "sdk.hosts",
)
_TABLES = frozenset(value.partition(".")[0] for value in _VALUES if "." in value)
_KNOWN = frozenset((*_VALUES, *_TABLES, "config", "configuration", "baseline", "isolated", "manifest-schema"))
_WORD = re.compile(r"(?<=[a-z])([A-Z])")


def read(options: object) -> ClientSettings | None:
    """The settings in an object that a client sent, keys in kebab or camel case; None where it sent none.

    They may stand under `sigmalint` or `settings`, as clients differ in what they wrap.
    """
    while isinstance(options, Mapping):
        inner = next((options[key] for key in (SECTION, "settings") if isinstance(options.get(key), Mapping)), None)
        if inner is None:
            break
        options = inner
    if not isinstance(options, Mapping):
        return None
    given = dict(_flat(options))
    config, baseline = given.get("config") or given.get("configuration"), given.get("baseline")
    return ClientSettings(
        config=config if isinstance(config, str) and config else None,
        baseline=baseline if isinstance(baseline, str) and baseline else None,
        isolated=given.get("isolated") is True,
        values={key: value for key in _VALUES if _is_given(value := given.get(key))},
        faults=tuple(filter(None, map(_fault, given))),
    )


def _fault(key: str) -> str | None:
    """What is wrong with a setting's name; nothing where it may be one of the client's own."""
    meant = None if key in _KNOWN else nearest(key, _KNOWN)
    return None if meant is None else f'there is no setting "{key}"; did you mean "{meant}"?'


def _is_given(value: object) -> bool:
    """Whether a setting says something: editors send null, an empty list or object for what is not set."""
    return value is not None and value not in ([], {}, "")


def _flat(options: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    found = []
    for key, value in options.items():
        name = _WORD.sub(r"-\1", str(key)).lower()
        if name in _TABLES and isinstance(value, Mapping):
            found += [(f"{name}.{inner}", item) for inner, item in _flat(value)]
        else:
            found.append((name, value))
    return found
