"""What the tests of the credential rules share. No credential stands here: values are made by a seeded generator."""

import importlib.util
import random
import string
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from sigmalint.engine import lint
from sigmalint.registry import load_rules
from sigmalint.result import Result
from sigmalint.settings import Settings
from sigmalint.testing import MemoryFiles

CODES = frozenset(("SIG301", "SIG302", "SIG303", "SIG304", "SIG305", "SIG306", "SIG308"))
MANIFEST = '{"service": "WRITER", "modules": {"widgets": []}}'
HEX = "0123456789abcdef"
LETTERS = string.ascii_letters + string.digits


def load_snippets() -> ModuleType:
    """The benchmark's generator of labelled snippets."""
    path = Path(__file__).parent.parent / "benchmarks" / "credential_snippets.py"
    spec = importlib.util.spec_from_file_location("credential_snippets", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made(letters: str, length: int, seed: int = 1) -> str:
    """A random text, the same for the same arguments."""
    return "".join(random.Random(seed).choices(letters, k=length))


def zoho_token(kind: str = "1000", seed: int = 1) -> str:
    """A made-up token of the vendor's form."""
    return f"{kind}.{made(HEX, 32, seed)}.{made(HEX, 32, seed + 1)}"


def private_key(kind: str = "RSA ", length: int = 832) -> str:
    """A made-up private key in PEM."""
    body = made(LETTERS + "+/", length)
    lines = "\n".join(body[start : start + 64] for start in range(0, length, 64))
    return f"-----BEGIN {kind}PRIVATE KEY-----\n{lines}\n-----END {kind}PRIVATE KEY-----"


def lint_files(files: Mapping[str, str], codes: frozenset[str] = CODES, **settings: object) -> Result:
    """Lint an extension in memory with some rules."""
    files = {"plugin-manifest.json": MANIFEST, **files}
    enabled = {"enabled": lambda code, path: code in codes, **settings}
    return lint(MemoryFiles(files), Settings(**enabled), load_rules())


def found(files: Mapping[str, str] | str, **settings: object) -> list[tuple[str, str]]:
    """Code and marked text of each credential finding; a text alone is a script."""
    result = lint_files({"app/a.js": files} if isinstance(files, str) else files, **settings)
    assert result.failures == []
    return [(finding.rule.code, finding.span.text) for finding in result.findings]
