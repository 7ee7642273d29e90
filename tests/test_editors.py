"""What the editors' packages declare."""

import json
import subprocess
import sys
from pathlib import Path

from jsonschema import Draft7Validator

EDITORS = Path(__file__).parent.parent / "editors"


def test_the_vs_code_extension_is_limited_where_the_workspace_is_not_trusted() -> None:
    package = json.loads((EDITORS / "vscode/package.json").read_text("utf-8"))

    untrusted = package["capabilities"]["untrustedWorkspaces"]
    settings = package["contributes"]["configuration"]["properties"]
    assert untrusted["supported"] == "limited"
    assert {"sigmalint.path", "sigmalint.interpreter"} <= set(untrusted["restrictedConfigurations"])
    assert set(untrusted["restrictedConfigurations"]) <= set(settings)


def test_the_vs_code_extension_has_the_current_schema() -> None:
    """If this fails: `python editors/vscode/schema.py > editors/vscode/plugin-manifest.schema.json`."""
    made = subprocess.run([sys.executable, EDITORS / "vscode/schema.py"], capture_output=True, check=True, text=True)

    assert made.stdout == (EDITORS / "vscode/plugin-manifest.schema.json").read_text("utf-8")


def test_the_vs_code_extension_s_schema_finds_no_problems() -> None:
    schema = json.loads((EDITORS / "vscode/plugin-manifest.schema.json").read_text("utf-8"))
    faulty = [5, {}, {"service": "other"}, {"service": "WRITER", "modules": {"widgets": [{"location": 5}]}}]

    Draft7Validator.check_schema(schema)
    assert [one for one in faulty if not Draft7Validator(schema).is_valid(one)] == []
