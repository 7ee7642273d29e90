"""The gates and names: what a value and a name say, and that nothing makes them fail or slow."""

import time
from collections.abc import Callable

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
    ("script", "size"),
    [
        (lambda size: "const a = " + "[" * size + LITERAL + "]" * size, 20_000),
        (lambda size: "const apiKey = " + "+".join([LITERAL] * size), 20_000),
        (lambda size: "const apiKeys = [" + ",".join([LITERAL] * size) + "]", 20_000),
        (lambda size: "".join(f"const k{n} = {LITERAL.replace('k', str(n % 10))};\n" for n in range(size)), 10_000),
        (lambda size: f"const t = {LITERAL};\n" + "use(t);\n" * size, 20_000),
        (lambda size: "".join(f"const k{n} = {LITERAL}; use(k{n});\n" for n in range(size)), 5_000),
        (lambda size: "f(" * size + LITERAL + ")" * size, 15_000),
        (lambda size: "x = { a: " * size + LITERAL + "}" * size, 10_000),
        (lambda size: "`${" * size + LITERAL + "}`" * size, 5_000),
        (lambda size: "a || " * size + LITERAL, 20_000),
        (lambda size: f"// password = {SECRET}\n" * size, 10_000),
        (lambda size: '"Bearer " + ' * size + LITERAL, 10_000),
        (lambda size: "btoa(" * size + LITERAL + ")" * size, 10_000),
        (lambda size: f"a ? {LITERAL} : " * size + "b", 5_000),
    ],
    ids=range(14),
)
def test_scripts_take_linear_time_however_they_are_nested(script: Callable[[int], str], size: int) -> None:
    def seconds(text: str) -> float:
        code = Code(SourceFile("app/a.js", text), text)
        assert code.tree is not None
        start = time.process_time()
        find(Material([(code, False)], [], [], []))
        return time.process_time() - start

    # Four times the code takes sixteen times as long where the time is quadratic.
    assert seconds(script(size)) < 9 * max(0.05, seconds(script(size // 4)))
