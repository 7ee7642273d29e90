"""What the name of a variable, property, parameter, header or field says of its value: a secret, perhaps one, or none."""

import enum
import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


class Meaning(enum.IntEnum):
    """What a name promises, from nothing to a certain secret; ordered by how sure it is."""

    NOT_SECRET = -1
    """It says that the value is something else: a label, an address, an id, a public key."""
    NOTHING = 0
    KEY = 1
    """Some service's key, perhaps: `oktaKey`. (A mere `key` says nothing.)"""
    TOKEN = 2
    """`token`, `auth`, `session`: often a secret."""
    SECRET = 3
    """A secret, token or key that is one by its full name: `clientSecret`, `accessToken`, `api_key`."""
    PASSWORD = 4
    """A password: also short and readable values count."""


_PHRASES = """
api key; api keys; api token; api secret; auth token; auth tokens; auth key; access token; access key; refresh token;
client secret; client id; app secret; app key; app id; private key; public key; secret key; secret access key; access
key id; session token; session id; bearer token; webhook secret; signing secret; oauth token; oauth token secret;
consumer key; consumer secret; shared secret; master key; encryption key; signing key; subscription key; shared access
key; account key; storage key; cache key; user password; db password; db pass; user pass; admin password; password
hash; token url; auth url; key code; key name; widget code; site key; x api key; id token; security token; csrf token;
xsrf token; service key; license key; key id; token id; jwt token; jwt secret; access token secret
"""
_GLUED = {"".join(phrase.split()): tuple(phrase.split()) for phrase in _PHRASES.split(";")} | {
    "zapikey": ("zoho", "api", "key"),
    "encapikey": ("zoho", "api", "key"),
    "hapikey": ("hubspot", "api", "key"),
}
"""Words that are often written together, as they are meant."""
_CAMEL_JOINS = {("o", "auth"): "oauth", ("j", "wt"): "jwt"}

_PASSWORDS = words("password passwords passwd pwd passphrase passcode passwort senha contrasena pswd passwrd")
_SHORT_PASSWORDS = words("pass pw")
"""Words that mean a password only at the end of a name, and alone or behind one of `_OWNERS`."""
_OWNERS = words("db database user admin root login account smtp ftp mail email service svc basic auth api server proxy my")
_SECRETS = words("secret secrets credential credentials creds")
_TOKENS = words("token tokens jwt bearer authorization auth oauth signature cookie authtoken")
_KEYS = words("key keys")
_KEY_OWNERS = words(
    "api secret access auth authentication private encryption encrypt decryption signing sign client service account master"
    " admin consumer subscription hmac jwt aes des rsa crypto cipher security server integration webhook token shared"
    " developer dev partner merchant application app license licence bearer function functions host storage1 root ocp"
)
_TOKEN_OWNERS = words(
    "access auth api bearer refresh secret oauth client service account personal security authentication authorization"
    " private admin bot id jwt app user session device integration deploy server webhook security install"
)

_NEVER = words(
    "public publishable pub csrf xsrf label labels placeholder hint tooltip regex regexp pattern site sitekey widget forgot"
    " reset show hide toggle is has should can keyboard keyframe keyframes idempotency nonce icon translation translations"
    " locale i18n mock sample example dummy fake placeholder anti captcha recaptcha"
    " syntax lexer parser highlight ast keypress keydown keyup monkey primary foreign sort row column partition"
)
"""Wherever they stand in a name, the value is no secret."""
_PAGES = words("next previous prev continuation continue page pages pagination cursor sync resume")
"""What stands before `token` where that marks a place in a list."""
_OTHER_KEYS = words(
    "cache storage primary foreign sort row column map object partition message event shortcut hot bucket schema sequence"
    " lookup group index item react unique widget registry query field form data value config setting settings pref prefs"
    " option options param attribute property state store entity record fingerprint doc document file folder image redis"
    " menu nav route view tab local user session translation label title sorted order filter password column dedupe item"
    " node tree selected active current default arrow enter escape tab space shift ctrl alt meta function1 modifier home"
    " end pressed metadata theme style color language lang header text name type id hash public issuer piano car house door"
    " answer main new old last first next prev previous base parent child tag category date time month day year"
)
"""What stands before `key` where that is a key to look something up."""
_TRAILERS = words(
    "value val str string default prod production dev development test testing live staging stage sandbox old new env b"
    " base64 b64 encoded raw plain plaintext cleartext const header local temp tmp current backup main master primary"
    " fallback override literal constant hex bytes here v uat qa demo"
)
"""What may follow the noun of a name without changing what it is."""
_PREPOSITIONS = words("to for of from with by in on at as using via without and or")


@lru_cache(maxsize=4096)
def split(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `clientSecret`, `client_secret`, `X-Client-Secret` and `clientsecret` alike."""
    found: list[str] = []
    for word in _WORD.findall(name[:200]):
        lower = word.lower()
        if found and (found[-1], lower) in _CAMEL_JOINS:
            found[-1] = _CAMEL_JOINS[found[-1], lower]
        else:
            found += _GLUED.get(lower, (lower,))
    return tuple(found)


@lru_cache(maxsize=4096)
def meaning(name: str) -> Meaning:
    """What a name says of its value; its noun decides (`passwordLabel` is a label, `tokenSecret` a secret)."""
    parts = list(split(name))
    for index, word in enumerate(parts):
        if word in _PREPOSITIONS and index:
            parts = parts[:index]
            break
    while len(parts) > 1 and (parts[-1] in _TRAILERS or parts[-1].isdigit()):
        parts.pop()
    if not parts:
        return Meaning.NOTHING
    noun, owners = parts[-1], parts[:-1]
    if not _NEVER.isdisjoint(parts):
        return Meaning.NOT_SECRET
    if noun in _PASSWORDS:
        return Meaning.PASSWORD
    if noun in _SHORT_PASSWORDS:
        return Meaning.PASSWORD if not owners or owners[-1] in _OWNERS else Meaning.NOTHING
    if noun in _SECRETS:
        return Meaning.SECRET
    if noun in _TOKENS:
        if owners and owners[-1] in _PAGES:
            return Meaning.NOT_SECRET
        if noun in ("token", "tokens") and owners and owners[-1] in _TOKEN_OWNERS:
            return Meaning.SECRET
        return Meaning.SECRET if noun in ("bearer", "authorization", "authtoken") else Meaning.TOKEN
    if noun in _KEYS:
        if not owners:
            return Meaning.NOTHING
        if owners[-1] in _KEY_OWNERS or not _SECRETS.isdisjoint(owners):
            return Meaning.SECRET
        return Meaning.NOT_SECRET if owners[-1] in _OTHER_KEYS else Meaning.KEY
    if not (_PASSWORDS | _SECRETS | _TOKENS | _KEYS).isdisjoint(owners):
        return Meaning.NOT_SECRET
    return Meaning.NOTHING


_HEADERS = words(
    "authorization proxy-authorization cookie x-api-key api-key apikey x-auth-token x-access-token x-token token"
    " auth-token x-authorization x-auth-key x-auth x-apikey x-zoho-authtoken x-csrf-token x-amz-security-token"
    " x-goog-api-key ocp-apim-subscription-key x-functions-key x-rapidapi-key x-shopify-access-token x-gitlab-token"
    " private-token x-vault-token x-hub-signature x-api-secret x-client-secret authentication x-session-token"
    " x-figma-token x-mashape-key x-parse-rest-api-key"
)


def is_credential_header(name: str) -> bool:
    """Whether a request header of this name carries a credential."""
    lower = name.strip().lower()
    if "csrf" in lower or "xsrf" in lower:
        return False
    if lower in _HEADERS:
        return True
    return lower.startswith("x-") and meaning(name) >= Meaning.TOKEN


_PROSE = words(
    "label labels message messages translation translations i18n l10n locale locales string strings text texts error errors"
    " placeholder placeholders tooltip tooltips title titles hint hints description descriptions copy en fr de es it pt ja ko"
    " zh ru nl hi ta validation validations rules schema lang dictionary glossary help docs docstring"
)


def is_prose(name: str) -> bool:
    """Whether an object of this name holds texts for people: its `password` is a label."""
    return not _PROSE.isdisjoint(split(name)[-1:])
