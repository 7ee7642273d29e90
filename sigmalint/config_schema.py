"""The configuration for people and editors: its JSON Schema, and the commented file that `sigmalint init` writes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sigmalint.config import FAIL_ON, KEYS, OVERRIDE_KEYS
from sigmalint.registry import LoadedRule
from sigmalint.rule import Level

FILE = "sigmalint.toml"
_STRINGS = {"type": "array", "items": {"type": "string"}}
_SELECTORS = {"type": "array", "items": {"$ref": "#/$defs/selector"}}


class _Key(NamedTuple):
    """What a key is for, what it may hold, and a value that shows its form, in TOML."""

    description: str
    schema: dict[str, Any]
    example: str


_DOCUMENTED: dict[str, _Key] = {
    "extend": _Key(
        "Another configuration file that this one builds on; relative to this file.",
        {"type": "string", "minLength": 1},
        '"../sigmalint.toml"',
    ),
    "select": _Key("The rules to run, instead of those that are on: codes, names or prefixes.", _SELECTORS, '["SIG1", "SIG2"]'),
    "extend-select": _Key("Rules to run beside the others.", _SELECTORS, '["broad-scope", "unresolved-request"]'),
    "ignore": _Key("Rules not to run.", _SELECTORS, '["unhandled-rejection"]'),
    "levels": _Key(
        "Levels that replace the rules' own.",
        {
            "type": "object",
            "propertyNames": {"$ref": "#/$defs/selector"},
            "additionalProperties": {"enum": [str(level) for level in Level]},
        },
        '{ SIG112 = "warning" }',
    ),
    "fail-on": _Key("From which level a finding fails the run.", {"enum": list(FAIL_ON), "default": "error"}, '"warning"'),
    "exclude": _Key("Files and folders to leave out: patterns as in a .gitignore.", _STRINGS, '["samples/"]'),
    "per-file-ignores": _Key(
        "Rules not to run in the files that a pattern matches; for manifests, which have no comments, too.",
        {"type": "object", "additionalProperties": _SELECTORS},
        '{ "**/plugin-manifest.json" = ["unused-connection"] }',
    ),
    "request.connection-required": _Key(
        "Whether a request must name a connection (SIG101).", {"type": "boolean", "default": True}, "false"
    ),
    "request.methods": _Key(
        "HTTP methods that are allowed beside the documented ones.",
        {"type": "array", "items": {"type": "string", "pattern": "^[A-Z][A-Z-]*$"}},
        '["PATCH"]',
    ),
    "manifest.locations": _Key("Locations of widgets that are known beside the documented ones.", _STRINGS, '["writer.beta"]'),
    "secrets.allow": _Key(
        "Values that are no secrets: fingerprints of findings, names, or path patterns.", _STRINGS, '["test/**"]'
    ),
    "sdk.hosts": _Key("Hosts that may serve the SDK's script beside the vendor's.", _STRINGS, '["cdn.example.com"]'),
    "globals": _Key("Names that the page's environment defines.", _STRINGS, '["Handlebars"]'),
    "overrides": _Key("The same keys for the files that `paths` matches.", {}, ""),
}
_OVERRIDES = """
# [[overrides]]
# paths = ["internal/**"]
# fail-on = "never"
"""


def configuration_schema(rules: Sequence[LoadedRule]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of `sigmalint.toml` and of the tables in `pyproject.toml` and `package.json`."""
    override = _object([key for key in OVERRIDE_KEYS if key != "paths"])
    override["properties"] = {"paths": {**_STRINGS, "minItems": 1, "description": "Patterns as in a .gitignore."}} | override[
        "properties"
    ]
    schema = _object([key for key in KEYS if key != "overrides"])
    schema["properties"]["overrides"] = {
        "type": "array",
        "description": _DOCUMENTED["overrides"].description,
        "items": {**override, "required": ["paths"]},
    }
    prefixes = sorted({rule.meta.code[:length] for rule in rules for length in range(3, len(rule.meta.code))})
    selectors = [name for rule in rules for name in (rule.meta.code, rule.meta.name)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The configuration of sigmalint",
        **schema,
        "$defs": {
            "selector": {
                "description": "The code, name or code's prefix of a rule.",
                "enum": [*selectors, *prefixes],
            }
        },
    }


def _object(keys: Sequence[str]) -> dict[str, Any]:
    """The schema of a table with these keys; a dotted one is a table within."""
    properties: dict[str, Any] = {}
    for key in keys:
        documented = _DOCUMENTED[key]
        group, _, name = key.rpartition(".")
        target = properties
        if group:
            table = properties.setdefault(group, {"type": "object", "properties": {}, "additionalProperties": False})
            target = table["properties"]
        target[name] = {"description": documented.description, **documented.schema}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def commented_configuration() -> str:
    """A configuration that changes nothing: every key with what it is for, commented out."""
    parts = [
        "# The configuration of sigmalint; it holds for the extensions in this folder and below.",
        "# Every key is optional; `sigmalint --show-config` says what holds, `sigmalint rules` lists the rules.",
        "",
    ]
    for key in KEYS:
        if key != "overrides":
            parts += [f"# {_DOCUMENTED[key].description}", f"# {key} = {_DOCUMENTED[key].example}", ""]
    return "\n".join(parts) + f"# {_DOCUMENTED['overrides'].description}{_OVERRIDES}"
