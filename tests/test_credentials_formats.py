"""The formats: data that says what it means, and patterns that take linear time."""

import re
import time

import pytest

from sigmalint.credentials.formats import Format, is_public, public_formats, scan, secret_formats

SHAPED = [format for format in secret_formats() if format.use != "named"]


@pytest.mark.parametrize("format", SHAPED, ids=lambda format: format.id)
def test_the_example_of_a_format_is_found_as_that_format(format: Format) -> None:
    text = f'x = "{format.example}";'
    assert [(hit.start, hit.end, hit.format.id) for hit in scan(text)] == [(5, 5 + len(format.example), format.id)]


def test_formats_say_where_they_come_from() -> None:
    formats = (*secret_formats(), *public_formats())
    assert len({format.provider for format in secret_formats()}) >= 60
    assert len({format.id for format in formats}) == len(formats)
    for format in formats:
        assert format.documentation.startswith("https://")
        assert re.fullmatch(format.pattern, format.example), format.id
        assert not format.prefixes or any(prefix in format.example for prefix in format.prefixes)


@pytest.mark.parametrize("format", public_formats(), ids=lambda format: format.id)
def test_keys_that_are_meant_to_be_public_are_known(format: Format) -> None:
    assert is_public(format.example)


@pytest.mark.parametrize("format", SHAPED, ids=lambda format: format.id)
def test_hostile_repetitions_of_a_prefix_take_linear_time(format: Format) -> None:
    for prefix in format.prefixes:
        for text in (prefix * 4_000, f"-{prefix}" * 4_000, prefix + format.example[:-1] * 400):
            start = time.process_time()
            scan(text)
            assert time.process_time() - start < 1


def test_a_placeholder_in_the_form_of_a_token_is_none() -> None:
    for format in SHAPED:
        prefix = format.prefix_of(format.example)
        body = re.sub(r"[A-Za-z0-9]", "x", format.example[len(prefix) :])
        assert scan(f'"{prefix}{body}"') == []
