"""What the editors' packages declare."""

import json
from pathlib import Path

EDITORS = Path(__file__).parent.parent / "editors"


def test_the_vs_code_extension_is_limited_where_the_workspace_is_not_trusted() -> None:
    package = json.loads((EDITORS / "vscode/package.json").read_text("utf-8"))

    untrusted = package["capabilities"]["untrustedWorkspaces"]
    settings = package["contributes"]["configuration"]["properties"]
    assert untrusted["supported"] == "limited"
    assert {"sigmalint.path", "sigmalint.interpreter"} <= set(untrusted["restrictedConfigurations"])
    assert set(untrusted["restrictedConfigurations"]) <= set(settings)
