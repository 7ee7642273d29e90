"""The classes of characters that stand in the place of esprima2's."""

import importlib.util
import unicodedata
from pathlib import Path

import esprima
import pytest

from sigmalint.sources.characters import HEX_CONV, Character

_spec = importlib.util.spec_from_file_location("tables", Path(esprima.__file__).with_name("character.py"))
assert _spec is not None
assert _spec.loader is not None
tables = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tables)


@pytest.mark.parametrize("name", sorted(name for name in vars(tables.Character) if name.startswith("is")))
def test_they_are_those_of_esprima2(name: str) -> None:
    ours, theirs = getattr(Character, name), getattr(tables.Character, name)

    others = {code for code in range(0x10000) if ours(chr(code)) is not theirs(chr(code))}

    # Katakana's middle dots may stand in names since Unicode 15.1, the version of which its own tables lack.
    assert others <= {0x30FB, 0xFF65}
    assert not ours("")


def test_letters_beyond_the_basic_plane_make_names() -> None:
    assert Character.isIdentifierStart("𠮷")
    assert not Character.isIdentifierStart("😀")
    assert not Character.isIdentifierPart("😀")
    assert Character.isIdentifierPart("\N{MATHEMATICAL BOLD DIGIT ONE}")
    assert unicodedata.category("\N{MATHEMATICAL BOLD DIGIT ONE}") == "Nd"


def test_digits_have_values() -> None:
    assert tables.HEX_CONV == HEX_CONV
