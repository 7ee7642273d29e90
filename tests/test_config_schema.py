"""The configuration's schema, and the file that `init` writes."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sigmalint.config import KEYS, Configurations
from sigmalint.config_schema import commented_configuration, configuration_schema
from sigmalint.registry import load_rules

SCHEMA = configuration_schema(load_rules())


def valid(text: str) -> bool:
    return bool(jsonschema.Draft202012Validator(SCHEMA).is_valid(tomllib.loads(text)))


def uncommented() -> str:
    """What `init` writes, every key in force."""
    lines = commented_configuration().splitlines()
    return "\n".join(line[2:] for line in lines if re.match(r"# (?:[\w.-]+ = |\[\[)", line) and "extend = " not in line)


def test_it_is_a_schema_and_knows_every_key() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    known = {
        f"{key}." * ("properties" in value) + name
        for key, value in SCHEMA["properties"].items()
        for name in value.get("properties", {"": 0})
    }
    tables = {key for key, value in SCHEMA["properties"].items() if "properties" not in value}
    assert {name for name in known if "." in name} | tables == set(KEYS)


def test_what_the_linter_takes_is_valid_and_what_it_refuses_is_not() -> None:
    assert valid('select = ["SIG1", "unknown-connection"]\nfail-on = "never"\nlevels = { SIG112 = "error" }')
    assert valid('[[overrides]]\npaths = ["x/**"]\nignore = ["SIG2"]\n[request]\nconnection-required = false')
    for text in (
        'select = "SIG1"',
        'ignore = ["SIG999"]',
        'fail_on = "error"',
        "[[overrides]]\nignore = []",
        "[request]\nx = 1",
    ):
        assert not valid(text)


def test_the_written_file_changes_nothing_and_its_examples_hold(tmp_path: Path) -> None:
    assert tomllib.loads(commented_configuration()) == {}
    assert valid(uncommented())
    (tmp_path / "sigmalint.toml").write_text(uncommented())
    configuration = Configurations(load_rules(), str(tmp_path)).at("")
    assert configuration.at("a.js").methods == {"PATCH"}


def run(folder: Path, *args: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-m", "sigmalint", *args], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_init_writes_a_file_and_never_overwrites_one(tmp_path: Path) -> None:
    assert run(tmp_path, "init") == (0, "sigmalint.toml written\n")
    assert (tmp_path / "sigmalint.toml").read_text() == commented_configuration()
    (tmp_path / "sigmalint.toml").write_text("# mine")
    assert run(tmp_path, "init")[0] == 2
    assert (tmp_path / "sigmalint.toml").read_text() == "# mine"


@pytest.mark.parametrize("what", ["manifest", "config", "report"])
def test_schemas_are_printed(tmp_path: Path, what: str) -> None:
    status, out = run(tmp_path, "schema", what)
    schema: dict[str, Any] = json.loads(out)
    assert status == 0
    jsonschema.validators.validator_for(schema).check_schema(schema)
