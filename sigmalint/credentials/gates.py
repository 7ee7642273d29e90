"""Whether a text can be a credential at all: placeholders, sequences, structures and words are turned away, in this order."""

import math
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from sigmalint.credentials.names import words

_LONGEST = 8_000
"""Characters of a value that are looked at; credentials are shorter."""

_DYNAMIC = re.compile(
    r"\$\{|\{\{|\}\}|#\{|<%|%>|<\?|\$\(|\[\[|@\{|%[A-Za-z_][\w.]*%|%[sd@]\b|__[A-Z][A-Z0-9_]*__|\A\$[A-Za-z_]\w*\Z|"
    r"\A\{[\w .:-]*\}\Z|\{[A-Za-z_][\w .-]*\}|\A:[a-z_]+\Z|\A\$\{?[A-Z_]+\}?\Z"
)
_SHOWN = re.compile(r"\.\.\.|\u2026|\*{3,}|\u2022{2,}|<[A-Za-z_/][^<>]*>|\A[<\[(].*[>\])]\Z|_{4,}|-{8,}|#{4,}|\?{3,}")
_REPEAT = re.compile(r"(.)\1{6}", re.DOTALL)
_REPEATED_A = re.compile(r"A{7,}")
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
)
_SEQUENCE = 7
_RUNS = frozenset(
    run
    for alphabet in _ALPHABETS
    for text in (alphabet, alphabet[::-1])
    for run in (text[start : start + _SEQUENCE] for start in range(len(text) - _SEQUENCE + 1))
)

_HARD = words(
    "your yours example examples placeholder changeme change dummy insert replace redacted todo fixme xxx xxxx xxxxx here tbd"
    " lorem ipsum foobar mypassword mysecret mytoken myapikey enter paste fill goes removed hidden masked censored yourself"
    " youraccesstoken yourtoken yourapikey yourkey yourpassword yoursecret apikeyhere tokenhere"
)
"""Words of a placeholder, whatever else stands beside them."""
_SOFT = words(
    "test tests testing demo sample fake foo bar baz mock some any the a an my me key keys token tokens secret secrets password"
    " passwd pass pwd user username admin api auth access client value string abc xyz abcd null undefined none true false nil"
    " empty default unknown bearer basic id private public text data invalid valid wrong bad good short long too new old hello"
    " world letmein temp tmp service account login name not set na app code dev prod local"
)
"""Words of which a placeholder is made if it has hardly anything else."""
_HARD_INSIDE = re.compile(
    r"example|placeholder|changeme|redacted|your[_-]?(?:api|access|secret|token|key|pass|client)|xxxx|notreal", re.IGNORECASE
)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_UUID = re.compile(r"\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_STRUCTURES = re.compile(
    r"[a-z][a-z0-9+.-]*://.*"  # an address; what is secret in one is judged apart
    r"|(?:data|blob|mailto|tel|javascript|about|chrome-extension|urn):.*"
    r"|(?:\.{0,2}|[\w@~-]+)(?:/[\w.@~-]*[a-z]{3}[\w.@~-]*)+/?(?:\.\w{1,5})?"  # a path with words
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an e-mail address
    r"|(?:application|text|image|audio|video|font|multipart)/[\w.+*-]+.*"
    r"|[.#][A-Za-z][\w-]*(?:[ >+~,.#:][\w .#>+~:,-]*)?"  # a selector
    r"|#[0-9a-fA-F]{3,8}"
    r"|v?[0-9]+(?:\.[0-9]+)+(?:[-+][\w.-]+)?"  # a version
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.+Z-]*)?"  # a date
    r"|[0-9 .,:/+-]+(?:px|em|rem|%|s|ms)?"
    r"|sha(?:1|256|384|512)[-:].*"
    r"|(?:Ctrl|Control|Shift|Alt|Meta|Cmd|Command|Option)[+-].*"
    r"|[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\(.*"  # a call
    r"|(?:[a-z0-9-]+\.)+(?:com|net|org|io|eu|in|co|dev|app|de|uk|example|local|test)(?:[:/].*)?"  # a host
    r"|(?:[\w-]+\.)+(?:js|ts|css|html?|json|png|jpe?g|gif|svg|pdf|docx?|xlsx?|txt|md|csv|xml|pem|zip)"
    r"|<.*|\{.*\}|\[.*\]|\^.*|.*\$\)?|.*[;{]\s*|.*\(\?.*|/.*/[gimsuy]*",
    re.DOTALL,
)
_IDENTIFIERS = re.compile(r"[A-Za-z_$][\w$]*(?:[.:/,\s-]+[A-Za-z_$][\w$]*)*")
_RUN = re.compile(r"[A-Z]?[a-z]{3,}|[A-Z]{4,}")
_WORDY = 5.6

# How usual one letter is after another in English words and identifiers: for each pair a digit, 6 where it is as likely as
# any other, one more for a factor of 1.6 (log2(26 p) * 1.5 + 6, from the 11,000 commonest words of program sources).
_PAIRS = (
    "2686035060397806097944224095658420852934830774710061815382086077329206586000308435953093262473157462103073785540"
    "3016682539971436307345882090073492076670105072339157800747730874720012911390008015439206575001506576656000176985"
    "0678050305924596117543418543919351417345936294263564038652504082359210902823840166520070962491108024618911636000"
    "3081788592714424630189540020457714504047796709767562009133922570382286095760106032032530300854302575952220925593"
    "4080356584057753105060739327804533672289713040825393079005327408755120606764655060087947088800010093409220900043"
    "6203231000209326942890342783087411300065858504800554593359320552546474527117776914883442338222942490034273044532"
    "2033"
)


def placeholder(value: str, prefix: str = "") -> bool:
    """Whether a value stands for another: dynamic parts, the grammar of placeholders, sequences and repeats.

    `prefix` is the provider's fixed beginning, which says nothing (`sk_test_` is no test value).
    """
    body = value[len(prefix) : _LONGEST]
    if _DYNAMIC.search(body) or _SHOWN.search(body) or _HARD_INSIDE.search(body):
        return True
    # Zeros are A in base64, and long tokens hold some.
    if (repeat := _REPEAT.search(body)) and not (repeat[1] == "A" and noise(_REPEATED_A.sub("", body)) >= 24):
        return True
    lower = body.lower()
    if any(lower[start : start + _SEQUENCE] in _RUNS for start in range(len(lower) - _SEQUENCE + 1)):
        return True
    distinct = len(set(lower) - set("-_. "))
    if distinct <= 3 or (len(body) >= 24 and distinct <= 5):
        return True
    parts = [part.lower() for part in _PART.findall(body)]
    if len(body) < 200 and not _HARD.isdisjoint(parts) and noise(body) < 24:
        return True
    rest = sum(len(part) for part in parts if part not in _SOFT and not (part.isdigit() and part in "0123456789"))
    return bool(parts) and rest == 0


def is_uuid(value: str) -> bool:
    """Whether it is a UUID: an identifier, unless its name says more."""
    return _UUID.fullmatch(value) is not None


def is_hex(value: str) -> bool:
    """Whether it has hexadecimal digits only, of one case."""
    return _HEX.fullmatch(value) is not None


def structured(value: str) -> bool:
    """Whether its shape says what it is: an address, path, selector, version, date, expression, identifiers."""
    return shaped(value) or worded(value)


def shaped(value: str) -> bool:
    """Whether it is an address, path, selector, version, date or expression."""
    body = value[:_LONGEST]
    return _STRUCTURES.fullmatch(body) is not None and not _looks_random(body)


def worded(value: str) -> bool:
    """Whether it consists of identifiers that are made of words."""
    body = value[:_LONGEST]
    return _IDENTIFIERS.fullmatch(body) is not None and noise(body) < 6


def _looks_random(value: str) -> bool:
    """Base64 may look like a path, and a token end like a file name or host."""
    if "://" in value or value[:1] in "<{[^#" or " " in value or value[-1:] in "$;{)" or value.startswith(("data:", "sha")):
        return False
    return (
        len(value) >= 16 and noise(value) > 0.75 * len(value) and any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    )


@lru_cache(maxsize=2048)
def noise(value: str) -> int:
    """How many letters and digits belong to no word: all of a random string, few of an identifier."""
    total = sum(map(str.isalnum, value))
    return total - sum(len(run) for run in _RUN.findall(value) if _wordiness(run) >= _WORDY)


def _wordiness(run: str) -> float:
    lower = run.lower()
    total = sum(int(_PAIRS[(ord(one) - 97) * 26 + ord(two) - 97]) for one, two in pairwise(lower))
    return total / (len(lower) - 1)


def entropy(value: str) -> float:
    """Shannon's entropy in bits a character."""
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())


def token_like(value: str, shortest: int) -> bool:
    """Whether a value is random enough for a token or key of at least so many characters."""
    if len(value) < shortest or len(value) > _LONGEST or any(map(str.isspace, value)):
        return False
    digits = sum(map(str.isdigit, value))
    letters = sum(map(str.isalpha, value))
    if letters == 0 or not value.isascii() or "<" in value or "\\" in value:
        return False
    loud = noise(value)
    if digits == 0:
        mixed = sum(one.isupper() != two.isupper() for one, two in pairwise(value))
        return len(value) >= 20 and loud >= 0.7 * len(value) and mixed >= len(value) // 5
    if digits == 1 and len(value) < 20:
        return loud >= 0.8 * len(value) and entropy(value) >= 3
    return loud >= max(8, 0.45 * len(value)) and entropy(value) >= (2.6 if is_hex(value) else 2.9)


def number_like(value: str) -> bool:
    """Whether a value is a long random number: some services' tokens are."""
    return 16 <= len(value) <= 40 and value.isascii() and value.isdigit() and len(set(value)) >= 6


def password_like(value: str, shortest: int = 8) -> bool:
    """Whether somebody may have chosen a value as a password: no words and separators alone, no sentence."""
    if not shortest <= len(value) <= 100 or not value.isascii() or any(map(str.isspace, value)):
        return False
    letters = sum(map(str.isalpha, value))
    digits = sum(map(str.isdigit, value))
    symbols = len(value) - letters - digits
    if letters < 2 or (digits == 0 and symbols == 0) or value[:1] in "./#<":
        return False
    if _IDENTIFIERS.fullmatch(value) or re.fullmatch(r"[\w.:,/-]+", value):
        # A name of parts: digits inside a part, not behind it, make it a password (`op3n-S3same`, not `step2-input`).
        parts = re.split(r"[\W_]+", value)
        if len(parts) > 1:
            return any(re.search(r"[A-Za-z][0-9]+[A-Za-z]|\A[0-9]+[A-Za-z]{3}", part) for part in parts) and noise(value) >= 4
        return digits > 0
    if digits == 0:
        return (
            any(symbol in value for symbol in "!@#$%^&*")
            and not value.endswith((":", "?", ".", "*", "!"))
            and noise(value) >= 4
        )
    return True


def passphrase_like(value: str) -> bool:
    """Whether it is several words that make no sentence: `mauve otter 7 lantern Q`."""
    parts = value.split(" ")
    if not 3 <= len(parts) <= 12 or not value.isascii() or any(not 1 <= len(part) <= 14 for part in parts):
        return False
    if value[-1] in ".:?!" or not _STOP.isdisjoint(part.lower() for part in parts):
        return False
    return any(part.isdigit() for part in parts)


_STOP = words(
    "the a an is are be was to of and or your you we our us must should please enter for with in on at not no can"
    " will this that it its at least characters character password passphrase letters digits long invalid required"
    " match"
)
