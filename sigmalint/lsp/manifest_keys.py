"""What plugin-manifest.json may have at a place, from its schema and the products' tables."""

from functools import cache
from typing import Any

from sigmalint.lsp.view import View
from sigmalint.sdk import Parameter, manifest_schema


def described(view: View, path: tuple[str | int, ...]) -> dict[str, Parameter]:
    """The keys of the object that a path leads to; none where the editor itself says so."""
    found: dict[str, Parameter] = {}
    if view.manifest_schema:
        return found
    extension = view.extension
    service = extension.manifest.service if extension is not None and extension.manifest is not None else None
    for schema in _schemas(service.text if service is not None else None):
        inner = _follow(schema, path)
        required = inner.get("required", ())
        for name, facts in inner.get("properties", {}).items():
            known = found.get(name)
            given = parameter(name, facts, required=name in required)
            if known is None:
                found[name] = given
            else:
                found[name] = Parameter(
                    name=name,
                    types=given.types or known.types,
                    required=given.required or known.required,
                    values=given.values or known.values,
                    description=given.description or known.description,
                )
    return found


@cache
def _schemas(service: str | None) -> tuple[Any, ...]:
    whole = manifest_schema()
    conditions = whole.get("allOf", ())
    chosen = [one["then"] for one in conditions if service in one["if"]["properties"]["service"]["enum"]]
    return whole, *(chosen or (one["then"] for one in conditions))


def _follow(schema: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        schema = schema.get("items", {}) if isinstance(step, int) else schema.get("properties", {}).get(step, {})
        if not isinstance(schema, dict):
            return {}
    return schema


def parameter(name: str, facts: Any, *, required: bool) -> Parameter:
    """A key of the manifest, of what its schema says."""
    if not isinstance(facts, dict):
        return Parameter(name=name, required=required)
    values = facts.get("enum", ())
    types = facts.get("type") or dict.fromkeys("boolean" if isinstance(value, bool) else "string" for value in values)
    return Parameter(
        name=name,
        types=(types,) if isinstance(types, str) else tuple(types),
        required=required,
        values=tuple(value for value in values if isinstance(value, str)),
        description=facts.get("description", ""),
    )
