"""From a literal and its surroundings to a verdict: which rule reports it, in what words, or none."""

import base64
import binascii
import re
from collections.abc import Iterable
from typing import NamedTuple

from sigmalint.credentials import gates
from sigmalint.credentials.candidate import Candidate, Place
from sigmalint.credentials.formats import is_public
from sigmalint.credentials.names import Meaning, is_credential_header, is_prose, meaning, split, words

HEADER, TOKEN, URL, SECRET, PRIVATE_KEY, DATA, POSSIBLE = (
    "SIG301",
    "SIG302",
    "SIG303",
    "SIG304",
    "SIG305",
    "SIG306",
    "SIG308",
)
ORDER = (PRIVATE_KEY, HEADER, DATA, URL, TOKEN, SECRET, POSSIBLE)
"""One credential gives one finding, by the first of these rules that fits."""

_SHORTEST_TOKEN = 15
_SHORTEST_SECRET = 12
_SHOWN_FROM = 16
_SHOWN = 4

_PUBLIC_SINKS = words(
    "bugsnag amplitude mixpanel posthog gtag sentry grecaptcha recaptcha hcaptcha turnstile mapboxgl mapbox salesiq"
    " zoho_salesiq heap hj clarity logrocket datadogrum algoliasearch crisp tawk drift onesignal loadstripe stripe"
    " plausible matomo fullstory segment analytics rudderanalytics rollbar raygun trackjs appinsights pendo hotjar"
    " smartlook"
)
"""Services whose browser keys are public."""
_FIREBASE = words("firebase initializeapp firebaseconfig maps loader googlemaps google gmaps mapsloader firebaseapp youtube")
_EXAMPLE_HOST = re.compile(
    r"(?:.*\.)?(?:example\.(?:com|org|net)|localhost|test|invalid|example|local)\Z|\A(?:127|10|0)\.[0-9.]+\Z", re.IGNORECASE
)
_CERTAIN_PARAMETERS = words(
    "zapikey api_key apikey api-key access_token accesstoken client_secret refresh_token authtoken auth_token hapikey secret"
    " password appkey encapikey sig signature x-amz-signature x-goog-signature subscription-key oauth_token app_secret"
)
_SIGNATURES = words("sig signature x-amz-signature x-goog-signature sign hmac")
_GENERIC = words(
    "value val data default main content text item items entry list array id 0 1 2 first second string result params param"
    " options config settings cfg env environment prod production dev development staging test sandbox live us eu in au jp"
    " body payload input fields headers props"
)
"""Names that say nothing: the one around them counts."""


class Verdict(NamedTuple):
    """A rule's code, what is wrong, the name in question ("" for none)."""

    code: str
    message: str
    name: str


class Judged(NamedTuple):
    """A candidate that is a credential."""

    candidate: Candidate
    verdict: Verdict


def judged(candidates: Iterable[Candidate]) -> tuple[Judged, ...]:
    """The credentials among candidates."""
    return tuple(Judged(candidate, verdict) for candidate in candidates if (verdict := judge(candidate)) is not None)


def judge(candidate: Candidate) -> Verdict | None:
    """The verdict on a candidate; None where it is no credential."""
    if candidate.place is Place.PRIVATE_KEY:
        name = candidate.names[0] if candidate.names else ""
        return Verdict(PRIVATE_KEY, f"a private key ({len(candidate.value)} characters) is in the source", name)
    verdict = _judge(candidate)
    if verdict is None or (candidate.format is None and is_public(candidate.value)):
        return None
    return verdict


def _judge(candidate: Candidate) -> Verdict | None:
    if candidate.format is not None:
        return _known(candidate)
    if candidate.place is Place.HEADER:
        return _header(candidate)
    if candidate.place in (Place.PARAMETER, Place.USERINFO):
        return _address(candidate)
    if candidate.place is Place.BINDING:
        return _binding(candidate)
    return None


def size(value: str, prefix: str = "") -> str:
    """What may be shown of a value: its length, and the beginning that all of its kind share."""
    shown = prefix[:_SHOWN] if len(value) >= _SHOWN_FROM and value.startswith(prefix) else ""
    begins = f', begins with "{shown}"' if shown else ""
    return f"{len(value)} characters{begins}"


def _known(candidate: Candidate) -> Verdict | None:
    format = candidate.format
    assert format is not None
    name = candidate.names[0] if candidate.names else ""
    what = size(candidate.value, format.prefix_of(candidate.value))
    if format.id == "google-api-key":
        if _is_public_google_key(candidate):
            return None
        return Verdict(POSSIBLE, f"a {format.title} ({what}) is in the source; it may open paid interfaces", name)
    if format.use == "doubtful":
        return Verdict(POSSIBLE, f"what looks like a {format.title} ({what}) is in the source", name)
    if candidate.place is Place.HEADER and not candidate.comment and not candidate.data:
        where = f'header "{name}"' if name else "an authorization header"
        return Verdict(HEADER, f"{where} carries a literal {format.title} ({what})", name)
    if candidate.data and name and (meaning(name) >= Meaning.TOKEN or is_credential_header(name)):
        return Verdict(DATA, f'"{name}" holds a {format.title} ({what})', name)
    if candidate.place is Place.PARAMETER:
        return Verdict(URL, f'parameter "{name}" of an address is a literal {format.title} ({what})', name)
    return Verdict(TOKEN, f"a {format.title} ({what}) is in the source", name)


def _is_public_google_key(candidate: Candidate) -> bool:
    host = candidate.host.lower()
    if host.startswith(("maps.google", "fonts.google")) or "firebase" in host or "youtube" in host:
        return True
    around = {word.lower() for name in (*candidate.names, *candidate.sinks) for word in (name, *split(name))}
    return not _FIREBASE.isdisjoint(around)


def _header(candidate: Candidate) -> Verdict | None:
    name = candidate.names[0] if candidate.names else ""
    value = candidate.value
    if not value or gates.placeholder(value) or value.startswith(("http:", "https:")):
        return None
    lower = name.lower()
    if lower == "cookie":
        return _cookie(candidate)
    if candidate.scheme == "basic":
        if not _basic_password(value):
            return None
    elif not (
        gates.token_like(value, _SHORTEST_SECRET)
        or gates.is_uuid(value)
        or gates.number_like(value)
        or (name and gates.password_like(value) and not gates.structured(value))
    ) or (not candidate.scheme and gates.structured(value) and not (gates.is_uuid(value) or gates.number_like(value))):
        return None
    if candidate.comment:
        return Verdict(POSSIBLE, f"a comment has a literal credential of an authorization header ({size(value)})", name)
    where = f'header "{name}"' if name else "an authorization header"
    code = DATA if candidate.data else HEADER
    return Verdict(code, f"{where} carries a literal credential ({size(value)})", name)


def _cookie(candidate: Candidate) -> Verdict | None:
    for pair in candidate.value.split(";"):
        name, _, value = pair.strip().partition("=")
        if (
            gates.token_like(value, _SHORTEST_TOKEN)
            and not gates.placeholder(value)
            and meaning(name) is not Meaning.NOT_SECRET
        ):
            code = DATA if candidate.data else HEADER
            return Verdict(code, f'header "Cookie" carries a literal session ({size(value)})', "Cookie")
    return None


def _basic_password(value: str) -> bool:
    """Whether the value of `Basic` is a name and password: in the clear, when the code encodes it, or encoded."""
    if ":" not in value:
        try:
            value = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode("utf-8")
        except (ValueError, binascii.Error):
            return False
    user, colon, password = value.partition(":")
    secret = password or user
    return bool(colon) and len(secret) >= 4 and not gates.placeholder(secret) and not gates.placeholder(value)


def _address(candidate: Candidate) -> Verdict | None:
    value, host = candidate.value, candidate.host
    if gates.placeholder(value):
        return None
    if candidate.place is Place.USERINFO:
        if _EXAMPLE_HOST.search(host) or len(value) < 4 or not any(map(str.isalnum, value)):
            return None
        return Verdict(DATA if candidate.data else URL, f"an address has a literal password ({size(value)})", "")
    name = candidate.names[0]
    lower = name.lower()
    said = meaning(name)
    random = gates.token_like(value, _SHORTEST_SECRET)
    uuid = gates.is_uuid(value)
    signed = lower in _SIGNATURES
    if said is Meaning.NOT_SECRET or not (random or uuid or (said is Meaning.PASSWORD and gates.password_like(value))):
        return None
    if not _PUBLIC_SINKS.isdisjoint(host.lower().split(".")):
        return None
    if signed and not gates.token_like(value, 20):
        return None
    if lower in _CERTAIN_PARAMETERS or said >= Meaning.SECRET:
        code = DATA if candidate.data else URL
        if _EXAMPLE_HOST.search(host) and said is not Meaning.PASSWORD:
            code = POSSIBLE
        return Verdict(code, f'parameter "{name}" of an address has a literal value ({size(value)})', name)
    if (
        (said >= Meaning.KEY or lower in ("key", "code"))
        and gates.token_like(value, _SHORTEST_TOKEN)
        and not _EXAMPLE_HOST.search(host)
    ):
        return Verdict(POSSIBLE, f'parameter "{name}" of an address may be a literal credential ({size(value)})', name)
    return None


def _binding(candidate: Candidate) -> Verdict | None:
    value = candidate.value
    if not value or len(value) < 6:
        return None
    name, said = _telling(candidate.names)
    if said <= Meaning.NOTHING:
        return None
    sure = _strength(value, said)
    if sure is None or gates.placeholder(value):
        return None
    if not _PUBLIC_SINKS.isdisjoint(word.lower() for sink in candidate.sinks for word in (sink, *split(sink))):
        return None
    if any(map(is_prose, candidate.names[1:4])) and not gates.token_like(value, 20):
        return None
    noun = "password" if said is Meaning.PASSWORD else "secret"
    if candidate.comment or sure == POSSIBLE:
        place = "a comment gives" if candidate.comment else ""
        text = f'"{name}" may hold a literal {noun} ({size(value)})'
        return Verdict(POSSIBLE, f'{place} "{name}" a literal {noun} ({size(value)})' if place else text, name)
    if candidate.data:
        return Verdict(DATA, f'"{name}" holds a literal {noun} ({size(value)})', name)
    return Verdict(SECRET, f'"{name}" holds a literal {noun} ({size(value)})', name)


def _telling(names: tuple[str, ...]) -> tuple[str, Meaning]:
    """The first name that says something, and what."""
    for name in names[:4]:
        said = meaning(name)
        if said is not Meaning.NOTHING:
            return name, said
        if not _GENERIC.issuperset(split(name)):
            break
    return (names[0] if names else ""), Meaning.NOTHING


def _strength(value: str, said: Meaning) -> str | None:
    """SECRET for a value that fits what its name says, POSSIBLE for one that might, None for one that does not."""
    if gates.is_uuid(value):
        return {Meaning.PASSWORD: SECRET, Meaning.SECRET: SECRET, Meaning.TOKEN: POSSIBLE}.get(said)
    if " " in value:
        return _spaced(value, said)
    if gates.number_like(value):
        return POSSIBLE if said >= Meaning.SECRET else None
    if said is Meaning.PASSWORD:
        if gates.shaped(value) and not (gates.password_like(value) and re.search(r"[^\w.:/-]", value)):
            return None
        if gates.worded(value) and re.fullmatch(r"\w+", value) and "_" not in value:
            return POSSIBLE if gates.password_like(value) and re.search(r"[0-9]{2}", value) else None
        if gates.password_like(value) or gates.token_like(value, 20):
            return SECRET
        return POSSIBLE if gates.password_like(value, 6) and any(map(str.isdigit, value)) else None
    if gates.structured(value):
        return None
    if said is Meaning.SECRET:
        if gates.token_like(value, _SHORTEST_TOKEN):
            return SECRET
        fits = gates.token_like(value, _SHORTEST_SECRET) or (gates.password_like(value, 10) and gates.noise(value) >= 5)
        return POSSIBLE if fits else None
    if said is Meaning.TOKEN:
        return POSSIBLE if gates.token_like(value, _SHORTEST_TOKEN) else None
    return POSSIBLE if gates.token_like(value, 20) and (len(value) >= 24 or not gates.is_hex(value)) else None


def _spaced(value: str, said: Meaning) -> str | None:
    head, _, rest = value.rpartition(" ")
    if said is Meaning.PASSWORD and gates.passphrase_like(value):
        return SECRET
    if said >= Meaning.SECRET and re.fullmatch(r"[\w-]{2,20}", head) and gates.token_like(rest, 20):
        return SECRET
    return None
