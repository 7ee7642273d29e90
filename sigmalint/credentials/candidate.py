"""A literal that may be a credential, with all that its surroundings say of it; and what is left when it is one."""

import enum
from dataclasses import dataclass, field

from sigmalint.credentials.formats import Format
from sigmalint.sources.text import Span


class Place(enum.Enum):
    """Where a literal stands, or what it flows into."""

    BINDING = "binding"
    """A variable, property, parameter, attribute, form field, storage key, comparison: something with a name."""
    HEADER = "header"
    """A request header; `names[0]` is its name, "" where only the scheme says so."""
    PARAMETER = "parameter"
    """A parameter of an address; `names[0]` is its name."""
    USERINFO = "userinfo"
    """The password in `https://user:password@host`."""
    PRIVATE_KEY = "private key"
    FREE = "free"
    """Anywhere else: only a format counts."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value and its surroundings.

    `start` and `end` are the value's offsets in the text that is searched; `extent_end` is the end of all that must not be
    shown, where that is more. `names` are the names that it is bound to, the closest first; `sinks` the functions and objects
    that it is given to; `format` the one that it has. In a `comment` nothing but a format or an address is certain; `data`
    says that it stands in a JSON file.
    """

    value: str = field(repr=False)
    start: int
    end: int
    place: Place
    names: tuple[str, ...] = ()
    sinks: tuple[str, ...] = ()
    scheme: str = ""
    host: str = ""
    format: Format | None = None
    comment: bool = False
    data: bool = False
    extent_end: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Credential:
    """A credential in the sources, judged: `code` is the rule that reports it.

    `message` and `hint` name what it is and never show it. `fingerprint` is a keyed hash of rule, path and value: 32
    hexadecimal digits. `value` and `extent` are what no report may show.
    """

    code: str
    message: str
    span: Span = field(repr=False)
    name: str
    fingerprint: str
    value: str = field(repr=False)
    extent: Span = field(repr=False)
