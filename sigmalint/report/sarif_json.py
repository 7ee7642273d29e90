"""sarif-om's objects to JSON, by the attrs metadata of its classes.

Its companion jschema-to-python drops `level: warning`, writes a property by a name that the final schema no longer knows, and
takes twelve times as long. Here an attribute that the class does not have is a KeyError, not a silent line in the file.
"""

import json
import re
from functools import cache
from typing import Any

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_MISSING = object()
_ALWAYS = frozenset({("Result", "level"), ("Notification", "level"), ("ReportingConfiguration", "level")})
_RENAMED = {("Suppression", "state"): "status"}


class Plain(dict[str, Any]):
    """What `plain` made of an object: JSON data already, so that what stands in several places is read once."""


_READY = frozenset({str, int, float, bool, type(None), Plain})


def dump(value: Any) -> str:
    """A sarif-om object as compact JSON in ASCII: one emoji in a text of 50 MB would have Python keep 200."""
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() else _NOT_ASCII.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number > 0xFFFF:
        high, low = divmod(number - 0x10000, 0x400)
        return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
    return "\\ufffd" if 0xD800 <= number < 0xE000 else f"\\u{number:04x}"


def plain(value: Any) -> Plain:
    """A sarif-om object as JSON data, to be put into other objects."""
    return Plain(_plain(value))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _READY:
        return value
    if kind is dict:
        return {name: _plain(member) for name, member in value.items()}
    if kind is list:
        return [_plain(item) for item in value]
    plan = _plan(kind.__name__)
    found = {}
    for attribute, member in vars(value).items():
        if member is None:
            continue
        name, default = plan[attribute]
        if type(member) not in _READY:
            found[name] = _plain(member)
        elif member != default:
            found[name] = member
    return found


@cache
def _plan(kind: str) -> dict[str, tuple[str, Any]]:
    """For each attribute of one of sarif-om's classes its name in SARIF and the scalar default that need not be written."""
    import attr
    import sarif_om

    plan = {}
    for field in attr.fields(getattr(sarif_om, kind)):
        key = (kind, field.name)
        default = _MISSING if key in _ALWAYS else field.default
        plan[field.name] = (_RENAMED.get(key, field.metadata["schema_property_name"]), default)
    return plan
