"""HTML as a stream of tags, text and comments with exact offsets, after the HTML standard's tokenizer.

What browsers do decides what is code, so the parts of the standard that matter for it are followed to the letter: attribute
syntax, raw text, the escaped states of scripts, comments, CDATA sections and integration points in SVG and MathML. Every
step consumes input and none is undone: time is linear in the text, whatever it holds. Line ends stay as they are in the
file (the standard turns CRLF into LF first).

All offsets are those of `SourceFile.text`, ends exclusive.
"""

import enum
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from html.entities import html5
from typing import NamedTuple

SPACE = "\t\n\f\r "
"""The standard's ASCII white space; what surrounds many attribute values without belonging to them."""

Origins = tuple[tuple[int, int], ...]
"""Where the characters of a text stand: see `sigmalint.sources.script.Code`."""


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set: for long lists of names."""
    return frozenset(text.split())


class Namespace(enum.StrEnum):
    """The language an element belongs to."""

    HTML = "http://www.w3.org/1999/xhtml"
    SVG = "http://www.w3.org/2000/svg"
    MATHML = "http://www.w3.org/1998/Math/MathML"


class Attribute(NamedTuple):
    """One attribute: its name in lower case, the offsets of name and value, and the quote ("" for none).

    The value's offsets exclude the quotes; an attribute without a value has an empty one behind it.
    """

    name: str
    name_start: int
    name_end: int
    value_start: int
    value_end: int
    quote: str


class StartTag:
    """A start tag: its name in lower case, its offsets, its namespace, and whether it ends in `/>`."""

    def __init__(self, text: str, match: re.Match[str]) -> None:
        self._text = text
        self._attributes_at = match.span("attributes")
        self.start, self.end = match.span()
        self.name = ascii_lower(match["name"])
        self.namespace = Namespace.HTML
        self.self_closing = match["close"] == "/>"

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """The attributes by name; of those with one name the first, as in browsers."""
        found: dict[str, Attribute] = {}
        for match in _ATTRIBUTE.finditer(self._text, *self._attributes_at):
            name = ascii_lower(match[1])
            if name not in found:
                group = match.lastindex or 1
                value_start, value_end = match.span(group) if group > 1 else (match.end(), match.end())
                found[name] = Attribute(name, *match.span(1), value_start, value_end, _QUOTES[group])
        return found


class EndTag(NamedTuple):
    """An end tag: its name in lower case and its offsets."""

    name: str
    start: int
    end: int


class Text(NamedTuple):
    """A stretch of text.

    `owner` is the offset of the start tag that the text belongs to where that is a raw text element (script, style,
    textarea, ...) or an SVG script, -1 elsewhere. `references` says whether character references count in it.
    """

    start: int
    end: int
    owner: int
    references: bool


class Comment(NamedTuple):
    """A comment with its delimiters, a document type, or what browsers take for a comment (`<?…>`, `</3>`)."""

    start: int
    end: int


Token = StartTag | EndTag | Text | Comment


class Decoded(NamedTuple):
    """A text without its character references, and where its characters stand in the file."""

    text: str
    origins: Origins


_ATTRIBUTE_NAME = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_EQUALS = r"[\t\n\f\r ]*+=[\t\n\f\r ]*+"
_ATTRIBUTE = re.compile(
    rf"""({_ATTRIBUTE_NAME})(?:{_EQUALS}(?:"([^"]*+)(?:"|\Z)|'([^']*+)(?:'|\Z)|([^\t\n\f\r >"'][^\t\n\f\r >]*+))?+)?+"""
)
_QUOTES = ("", "", '"', "'", "")
_MARKUP = re.compile(
    rf"""<(?:(?P<slash>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*+)(?P<attributes>(?:[\t\n\f\r ]++|/(?!>)|{_ATTRIBUTE_NAME}"""
    rf"""(?:{_EQUALS}(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >"'][^\t\n\f\r >]*+)?+)?+)*+)(?P<close>/?>|\Z)"""
    r"""|(?P<comment>!--)|[!?/])"""
)
_COMMENT_END = re.compile(r"--!?>")
_CDATA = "<![CDATA["
SCRIPT_MARK = re.compile(r"<!--|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII)

_RCDATA = frozenset({"textarea", "title"})
_RAW_TEXT = frozenset({"iframe", "noembed", "noframes", "noscript", "script", "style", "xmp"})
"""`noscript` is raw text because an extension's page runs with scripting."""
_RAW_END = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE | re.ASCII) for name in _RCDATA | _RAW_TEXT - {"script"}
}

_LEFT_OUT = words(
    "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr"
    " html head body frameset"
)
"""Elements that never become the parent of what follows: void ones, and those whose end tags close nothing."""
_BREAKOUT = words(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol"
    " p pre ruby s small span strong strike sub sup table tt u ul var"
)
"""HTML start tags that end SVG or MathML."""
_SPECIAL = words(
    "address applet article aside blockquote button caption center colgroup dd details dir div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hgroup li listing main marquee menu nav object ol p pre search section"
    " select summary table tbody td template tfoot th thead tr ul"
)
"""Open elements that the end tag of an unspecial element (`</span>`) does not reach past."""
_MATHML_TEXT = frozenset({"mi", "mo", "mn", "ms", "mtext"})
_SVG_HTML = frozenset({"foreignobject", "desc", "title"})
_XML_HTML = frozenset({"text/html", "application/xhtml+xml"})


def tokenize(text: str) -> Iterator[Token]:
    """The tokens of an HTML text in order; what follows an unfinished tag at the end is dropped, as in browsers."""
    elements = _OpenElements()
    position = 0
    raw_end = -1
    while match := _MARKUP.search(text, position):
        start = match.start()
        if position < start:
            yield Text(position, start, elements.owner, references=True)
        if match["name"] is None:
            if elements.in_foreign and text.startswith(_CDATA, start):
                end = _find(text, "]]>", start + len(_CDATA))
                position = min(end + 3, len(text))
                yield Text(start + len(_CDATA), end, elements.owner, references=False)
                continue
            if start + 2 == len(text) and text[-1] == "/":
                position = start
                break
            position = _comment_end(text, start) if match["comment"] else min(_find(text, ">", start) + 1, len(text))
            yield Comment(start, position)
            continue
        position = match.end()
        if not match["close"]:
            return
        if match["slash"]:
            name = ascii_lower(match["name"])
            if start != raw_end:
                elements.end(name)
            yield EndTag(name, start, position)
            continue
        tag = StartTag(text, match)
        elements.start(text, tag)
        yield tag
        if tag.namespace is not Namespace.HTML:
            continue
        if tag.name == "plaintext":
            end = len(text)
        elif tag.name == "script":
            end = _script_end(text, position)
        elif tag.name in _RAW_END:
            closing = _RAW_END[tag.name].search(text, position)
            end = closing.start() if closing else len(text)
        else:
            continue
        if position < end:
            yield Text(position, end, start, references=tag.name in _RCDATA)
        position = raw_end = end
    if position < len(text):
        yield Text(position, len(text), elements.owner, references=True)


def ascii_lower(text: str) -> str:
    """The text with the letters A to Z in lower case, and no others (the Kelvin sign is no k)."""
    return text.lower() if text.isascii() else text.translate(_ASCII_LOWER)


_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _find(text: str, mark: str, start: int) -> int:
    """The offset of the next mark, else the end."""
    found = text.find(mark, start)
    return len(text) if found < 0 else found


def _comment_end(text: str, start: int) -> int:
    """The end of the comment that starts with `<!--`."""
    for short in ("<!-->", "<!--->"):
        if text.startswith(short, start):
            return start + len(short)
    closing = _COMMENT_END.search(text, start + 4)
    return closing.end() if closing else len(text)


def _script_end(text: str, position: int) -> int:
    """Where a script's text ends: at `</script`, but `<!-- <script>` needs a `</script>` of its own first."""
    escaped = doubly = False
    while mark := SCRIPT_MARK.search(text, position):
        position = mark.end()
        if mark[0] == "<!--":
            escaped = True
            position -= 2  # the dashes may belong to a `-->` as well
        elif mark[0] == "-->":
            escaped = doubly = False
        elif not mark[1]:
            doubly = escaped
        elif doubly:
            doubly = False
        else:
            return mark.start()
    return len(text)


class _Element(NamedTuple):
    """An open element; `html_inside` for an integration point, whose children are HTML."""

    name: str
    namespace: Namespace
    start: int
    html_inside: bool


class _Run:
    """Open elements that directly contain each other: all HTML, or all SVG and MathML."""

    __slots__ = ("_places", "_special", "elements", "foreign", "integration_points")

    def __init__(self, *, foreign: bool) -> None:
        self.foreign = foreign
        self.elements: list[_Element] = []
        self.integration_points = 0
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        self._special: list[int] = []

    def push(self, element: _Element) -> None:
        self._places[element.name].append(len(self.elements))
        if not self.foreign and element.name in _SPECIAL:
            self._special.append(len(self.elements))
        self.elements.append(element)
        self.integration_points += element.html_inside

    def pop(self) -> _Element:
        element = self.elements.pop()
        self._places[element.name].pop()
        if self._special and self._special[-1] == len(self.elements):
            self._special.pop()
        self.integration_points -= element.html_inside
        return element

    def closes(self, name: str) -> bool:
        """Whether an end tag of this name closes an element: one without meaning of its own does not reach past a block."""
        if not (places := self._places.get(name)):
            return False
        return name in _SPECIAL or not self._special or self._special[-1] < places[-1]

    def pop_to(self, name: str) -> None:
        while self.pop().name != name:
            pass


class _OpenElements:
    """The open elements, as far as they decide whether markup is HTML or foreign (SVG, MathML).

    Runs know the places of their names, so that an end tag without its element costs nothing. An end tag reaches the
    elements of the top run only, and those of the run below where no integration point stands between: the standard's scopes.
    (Formatting elements that overlap others, `<b><p><svg></b>`, are not moved about as in browsers.)
    """

    def __init__(self) -> None:
        self._runs = [_Run(foreign=False)]
        self._templates = 0

    @property
    def in_foreign(self) -> bool:
        """Whether the innermost open element is an SVG or MathML one."""
        return self._runs[-1].foreign

    @property
    def owner(self) -> int:
        """The offset of the SVG script that directly contains the text here, else -1."""
        run = self._runs[-1]
        if run.foreign:
            element = run.elements[-1]
            if element.name == "script" and element.namespace is Namespace.SVG:
                return element.start
        return -1

    def start(self, text: str, tag: StartTag) -> None:
        """Take in a start tag and set its namespace."""
        if self.in_foreign and not self._is_html_child(tag):
            if tag.name not in _BREAKOUT and not (tag.name == "font" and tag.attributes.keys() & {"color", "face", "size"}):
                tag.namespace = self._runs[-1].elements[-1].namespace
                self._push_foreign(text, tag)
                return
            self._leave_foreign()
        if tag.name in ("svg", "math"):
            tag.namespace = Namespace.SVG if tag.name == "svg" else Namespace.MATHML
            self._push_foreign(text, tag)
        elif tag.name not in _LEFT_OUT and tag.name not in _RAW_TEXT and tag.name not in _RCDATA:
            self._templates += tag.name == "template"
            if self.in_foreign or tag.name == "template":
                self._runs.append(_Run(foreign=False))
            self._runs[-1].push(_Element(tag.name, Namespace.HTML, tag.start, html_inside=False))

    def end(self, name: str) -> None:
        """Take in an end tag."""
        if self.in_foreign:
            run = self._runs[-1]
            if name in ("br", "p"):
                self._leave_foreign()
            elif run.closes(name):
                self._pop_to(name)
                return
            elif name != "template":
                if run.integration_points or not self._runs[-2].closes(name):
                    return
                self._runs.pop()
        if name == "template" and self._templates:
            while self.in_foreign or not self._runs[-1].closes("template"):
                self._runs.pop()
            self._templates -= 1
        if not self.in_foreign and self._runs[-1].closes(name):
            self._pop_to(name)

    def _is_html_child(self, tag: StartTag) -> bool:
        """Whether a start tag directly inside a foreign element is read by HTML's rules."""
        parent = self._runs[-1].elements[-1]
        if parent.html_inside:
            return not (parent.name in _MATHML_TEXT and tag.name in ("mglyph", "malignmark"))
        return parent.name == "annotation-xml" and parent.namespace is Namespace.MATHML and tag.name == "svg"

    def _push_foreign(self, text: str, tag: StartTag) -> None:
        if tag.self_closing:
            return
        if tag.namespace is Namespace.SVG:
            html_inside = tag.name in _SVG_HTML
        elif tag.name == "annotation-xml":
            encoding = tag.attributes.get("encoding")
            html_inside = encoding is not None and ascii_lower(value(text, encoding).text) in _XML_HTML
        else:
            html_inside = tag.name in _MATHML_TEXT
        if not self.in_foreign:
            self._runs.append(_Run(foreign=True))
        self._runs[-1].push(_Element(tag.name, tag.namespace, tag.start, html_inside))

    def _leave_foreign(self) -> None:
        """Close foreign elements up to an integration point or an HTML element."""
        run = self._runs[-1]
        while run.elements and not run.elements[-1].html_inside:
            run.pop()
        self._drop_empty()

    def _pop_to(self, name: str) -> None:
        self._runs[-1].pop_to(name)
        self._drop_empty()

    def _drop_empty(self) -> None:
        if len(self._runs) > 1 and not self._runs[-1].elements:
            self._runs.pop()


_REFERENCE = re.compile(r"&(?:#[xX](?P<hex>[0-9A-Fa-f]++);?|#(?P<decimal>[0-9]++);?|(?P<name>[A-Za-z][A-Za-z0-9]*+);?)")
_LONGEST_BARE = max(len(name) for name in html5 if not name.endswith(";"))
_WINDOWS = {byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0xA0)}
"""Numeric references to the C1 controls mean the characters that Windows has there."""


def value(text: str, attribute: Attribute) -> Decoded:
    """The value of an attribute of this text, decoded.

    A named reference without semicolon before `=`, a letter or a digit stays as it is (`?a=1&copy=2`).
    """
    start, end = attribute.value_start, attribute.value_end
    if text.find("&", start, end) < 0:
        return Decoded(text[start:end], ((0, start),))
    return join(text, ((start, end, True),), in_attribute=True)


def join(text: str, stretches: Iterable[tuple[int, int, bool]], *, in_attribute: bool = False) -> Decoded:
    """Stretches (start, end, whether references count) as one text, decoded; there must be at least one."""
    parts: list[str] = []
    origins: list[tuple[int, int]] = []
    length = 0
    for start, end, references in stretches:
        origins.append((length, start))
        position = start
        if references and text.find("&", start, end) >= 0:
            for match in _REFERENCE.finditer(text, start, end):
                characters, after = _reference(text, match, end, in_attribute)
                if characters:
                    parts += (text[position : match.start()], characters)
                    length += match.start() - position + len(characters)
                    origins.append((length, after))
                    position = after
        parts.append(text[position:end])
        length += end - position
    # An empty stretch, or one that ends in a reference, shares its offset with the next: only the last pair counts.
    return Decoded("".join(parts), tuple(dict(origins).items()))


def compose(outer: Origins, inner: Origins, length: int) -> Origins:
    """Origins in the file of a text of this length, whose `outer` origins lie in a text with `inner` origins."""
    starts = [start for start, _ in inner]
    composed: list[tuple[int, int]] = []
    for index, (start, origin) in enumerate(outer):
        end = outer[index + 1][0] if index + 1 < len(outer) else length + 1
        pair = bisect_right(starts, origin) - 1
        composed.append((start, inner[pair][1] + origin - inner[pair][0]))
        pair += 1
        while pair < len(inner) and inner[pair][0] < origin + end - start:
            composed.append((start + inner[pair][0] - origin, inner[pair][1]))
            pair += 1
    return tuple(composed)


def _reference(text: str, match: re.Match[str], end: int, in_attribute: bool) -> tuple[str, int]:
    """What a reference stands for, and where it ends; "" where it is none."""
    if (name := match["name"]) is None:
        digits = (match["hex"] or match["decimal"]).lstrip("0")
        # Ten digits are past the last code point in both notations (and Python reads a million digits slowly).
        number = int(digits or "0", 16 if match["hex"] else 10) if len(digits) < 10 else 0
        if 0x80 <= number < 0xA0:
            return _WINDOWS[number], match.end()
        unusable = number == 0 or number > 0x10FFFF or 0xD800 <= number <= 0xDFFF
        return "\ufffd" if unusable else chr(number), match.end()
    if text[match.end() - 1] == ";" and (characters := html5.get(f"{name};")):
        return characters, match.end()
    for length in range(min(len(name), _LONGEST_BARE), 1, -1):
        if characters := html5.get(name[:length]):
            after = match.start() + 1 + length
            following = text[after] if after < end else ""
            if in_attribute and (following == "=" or (following.isascii() and following.isalnum())):
                return "", after
            return characters, after
    return "", match.end()
