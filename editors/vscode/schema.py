"""Print plugin-manifest.schema.json: what VS Code's own JSON service says and offers in a manifest, with and without sigmalint.

python editors/vscode/schema.py > editors/vscode/plugin-manifest.schema.json
"""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from sigmalint.lsp import words
from sigmalint.lsp.manifest_keys import parameter
from sigmalint.sdk import known_services, load_products, manifest_schema


def schema() -> dict[str, Any]:
    """The manifest's schema (draft-07) as help alone."""
    whole = manifest_schema()
    for part in (whole, *(condition["then"] for condition in whole["allOf"])):
        _explain(part)
    return {
        "$schema": whole.pop("$schema"),
        "$comment": "Made by schema.py. Other programs have a plugin-manifest.json too: only a known service gets more than "
        "that key. A lone `if` describes and suggests but constrains nothing: problems are the language server's to tell.",
        "defaultSnippets": [
            {
                "label": f"{product.title} extension",
                "body": {"service": product.manifest.services[0], **_body(condition["then"], count(1))},
            }
            for product, condition in zip(load_products(), whole["allOf"], strict=True)
            if condition["then"]["required"]
        ],
        "if": {"properties": {"service": {"enum": list(known_services())}}, "required": ["service"]},
        "then": {"if": whole},
    }


def _explain(schema: dict[str, Any]) -> None:
    """Give what a schema describes the words of the language server, and objects a snippet of what they must have."""
    properties, required = schema.get("properties", {}), schema.get("required", ())
    for name, facts in properties.items():
        if "description" in facts:
            facts["markdownDescription"] = words.parameter(name, parameter(name, facts, required=name in required))
    for inner in (*properties.values(), *filter(None, [schema.get("items")])):
        if names := inner.get("required"):
            inner["defaultSnippets"] = [{"label": f"{{ {', '.join(names)} }}", "body": _body(inner, count(1))}]
        _explain(inner)


def _body(schema: dict[str, Any], stops: Iterator[int]) -> Any:
    """A value with what the schema requires, and the places to fill in."""
    if "properties" in schema:
        return {name: _body(schema["properties"][name], stops) for name in schema["required"]}
    if "items" in schema:
        return [_body(schema["items"], stops)]
    choice = ",".join(schema.get("enum", ()))
    return f"${{{next(stops)}|{choice}|}}" if choice else f"${next(stops)}"


if __name__ == "__main__":
    print(json.dumps(schema(), indent=2))
