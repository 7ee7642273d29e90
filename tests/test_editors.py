"""What the editors' packages hold a copy of."""

import json
from pathlib import Path

from sigmalint.sdk import manifest_schema

EDITORS = Path(__file__).parent.parent / "editors"


def test_the_vs_code_extension_has_the_current_schema() -> None:
    """If this fails: `sigmalint schema manifest > editors/vscode/plugin-manifest.schema.json`."""
    shipped = json.loads((EDITORS / "vscode/plugin-manifest.schema.json").read_text("utf-8"))

    assert shipped == manifest_schema()


def test_the_vs_code_extension_is_limited_where_the_workspace_is_not_trusted() -> None:
    package = json.loads((EDITORS / "vscode/package.json").read_text("utf-8"))

    untrusted = package["capabilities"]["untrustedWorkspaces"]
    settings = package["contributes"]["configuration"]["properties"]
    assert untrusted["supported"] == "limited"
    assert {"sigmalint.path", "sigmalint.interpreter"} <= set(untrusted["restrictedConfigurations"])
    assert set(untrusted["restrictedConfigurations"]) <= set(settings)
