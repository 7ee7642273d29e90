"""The gates and names: what a value and a name say, and that nothing makes them fail or slow."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmalint.credentials import gates
from sigmalint.credentials.candidate import Candidate, Place
from sigmalint.credentials.finder import Material, find
from sigmalint.credentials.judge import judge
from sigmalint.credentials.masking import mask, redact
from sigmalint.credentials.names import Meaning, is_credential_header, meaning
from sigmalint.credentials.texts import unescape
from sigmalint.credentials.urls import parts
from sigmalint.sources.script import Code
from sigmalint.sources.text import SourceFile, Span


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("password", Meaning.PASSWORD),
        ("dbPass", Meaning.PASSWORD),
        ("clientSecret", Meaning.SECRET),
        ("CLIENT_SECRET_PROD", Meaning.SECRET),
        ("x-api-key", Meaning.SECRET),
        ("apikey", Meaning.SECRET),
        ("zapikey", Meaning.SECRET),
        ("apiKey2", Meaning.SECRET),
        ("accessToken", Meaning.SECRET),
        ("acmeToken", Meaning.TOKEN),
        ("oktaKey", Meaning.KEY),
        ("key", Meaning.NOTHING),
        ("title", Meaning.NOTHING),
        ("bypass", Meaning.NOTHING),
        ("passwordLabel", Meaning.NOT_SECRET),
        ("tokenUrl", Meaning.NOT_SECRET),
        ("keyCode", Meaning.NOT_SECRET),
        ("storageKey", Meaning.NOT_SECRET),
        ("secretQuestion", Meaning.NOT_SECRET),
        ("publicKey", Meaning.NOT_SECRET),
        ("csrfToken", Meaning.NOT_SECRET),
        ("nextPageToken", Meaning.NOT_SECRET),
        ("credentialsId", Meaning.NOT_SECRET),
    ],
)
def test_the_noun_of_a_name_says_what_its_value_is(name: str, expected: Meaning) -> None:
    assert meaning(name) is expected


def test_headers_that_carry_credentials_are_known() -> None:
    assert all(map(is_credential_header, ("Authorization", "COOKIE", "X-Acme-Api-Key", "Ocp-Apim-Subscription-Key")))
    assert not any(map(is_credential_header, ("Content-Type", "X-CSRF-Token", "X-Request-Id", "Accept")))


TEXTS = st.one_of(st.text(max_size=200), st.text("aA1-_./:=?&%{}$<>\\\"' ", max_size=300))


@given(TEXTS, TEXTS, st.sampled_from(list(Place)), st.booleans(), st.booleans())
def test_no_value_and_no_name_make_the_gates_fail(value: str, name: str, place: Place, data: bool, comment: bool) -> None:
    span = Span(SourceFile("a", value), 0, len(value))
    if place is Place.PRIVATE_KEY:
        return
    names = (name,) if name or place is Place.PARAMETER else ()
    verdict = judge(Candidate(value, span, place, names, data=data, comment=comment))
    assert verdict is None or (place in (Place.HEADER, Place.PARAMETER, Place.USERINFO, Place.BINDING))


@given(TEXTS)
def test_parts_of_addresses_lie_in_their_text(text: str) -> None:
    for part in parts(text, anywhere=True):
        assert 0 <= part.start < part.end <= len(text)
    unescape(text)
    redact(text)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
def test_what_is_masked_does_not_show(text: str, stretches: list[tuple[int, int]]) -> None:
    found = [(start, min(end, len(text))) for start, end in stretches if start < min(end, len(text))]
    hidden = {index for start, end in found for index in range(start, end)}
    shown = "".join(character for index, character in enumerate(text) if index not in hidden)
    assert mask(text, found).replace("*", "") == shown.replace("*", "")


@pytest.mark.parametrize(
    "unit", ["a", "A1", "a.", "a/", "xX", "[", "{", "${", "0", "a-", "a:b@", "?a=", "%41", "\\", " ", "a.b("]
)
def test_the_gates_take_linear_time(unit: str) -> None:
    value = unit * (60_000 // len(unit))
    start = time.process_time()
    gates.placeholder(value)
    gates.structured(value)
    gates.token_like(value, 12)
    gates.password_like(value)
    list(parts(value, anywhere=True))
    list(parts("https://" + value, anywhere=True))
    redact(value)
    assert time.process_time() - start < 2


SECRET = "".join(str(number % 7) + letter for number, letter in enumerate("kqzvxwjhbn"))
LITERAL = f'"{SECRET}"'


@pytest.mark.parametrize(
    "script",
    [
        "const a = " + "[" * 20_000 + LITERAL + "]" * 20_000,
        "const apiKey = " + "+".join([LITERAL] * 20_000),
        "const apiKeys = [" + ",".join([LITERAL] * 20_000) + "]",
        "".join(f"const k{number} = {LITERAL.replace('k', str(number % 10))};\n" for number in range(10_000)),
        f"const t = {LITERAL};\n" + "use(t);\n" * 20_000,
        "".join(f"const k{number} = {LITERAL}; use(k{number});\n" for number in range(5_000)),
        "f(" * 15_000 + LITERAL + ")" * 15_000,
        "x = { a: " * 10_000 + LITERAL + "}" * 10_000,
        "`${" * 5_000 + LITERAL + "}`" * 5_000,
        "a || " * 20_000 + LITERAL,
        f"// password = {SECRET}\n" * 10_000,
        '"Bearer " + ' * 10_000 + LITERAL,
        "btoa(" * 10_000 + LITERAL + ")" * 10_000,
        f"a ? {LITERAL} : " * 5_000 + "b",
    ],
    ids=range(14),
)
def test_scripts_take_linear_time_however_they_are_nested(script: str) -> None:
    code = Code(SourceFile("app/a.js", script), script)
    assert code.tree is not None
    start = time.process_time()
    find(Material([(code, False)], [], [], []))
    assert time.process_time() - start < 6
