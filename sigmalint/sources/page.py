"""HTML pages: the code in them as browsers would run it, and the elements that rules ask for, with exact positions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote_to_bytes

from sigmalint.sources.markup import (
    SCRIPT_MARK,
    SPACE,
    Attribute,
    Decoded,
    EndTag,
    Namespace,
    StartTag,
    Text,
    ascii_lower,
    compose,
    join,
    tokenize,
    value,
    words,
)
from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.text import Anchors, Embedded, SourceFile, Span

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag


class AttributeValue(NamedTuple):
    """The decoded value of an attribute, and its stretch of the file without the quotes."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class ScriptElement:
    """A `<script>` whose type is JavaScript or TypeScript.

    `span` is the start tag. An external script has `src` (decoded, without surrounding white space; `src_span` is the
    attribute's value) and no `code`: browsers ignore its inline text. An inline script has `code`, also when its end tag is
    missing. `is_async` and `defer` say that the attribute is there, whatever its value; `integrity` that it is not empty;
    `templated` that a marker of a template language stands in the code. In a `raw` one (not SVG's) no markup counts.
    """

    span: Span
    code: Code | None
    src: str | None
    src_span: Span | None
    module: bool
    is_async: bool
    defer: bool
    integrity: bool
    templated: bool
    raw: bool


@dataclass(frozen=True, slots=True)
class Handler:
    """An event handler attribute, or an address that begins with `javascript:` (`code.kind` says which).

    `element` and `attribute` are names in lower case; `templated` says that a marker of a template language stands in it.
    """

    element: str
    attribute: str
    code: Code
    templated: bool


@dataclass(frozen=True, slots=True, eq=False)
class MarkupPage:
    """An HTML file, read.

    `units` is its code in document order. `ids` are the names that elements give to the global object: every `id`, and the
    `name` of form, img, iframe, embed and object. `base_href` is the decoded address of the first `<base href>`.
    `templated` says that markers of a server's template language (`<%`, `<?php`, `<?=`, `{% %}`) stand anywhere in the file.
    `soup` has the elements `BUILT` and those with code; `span` and `attribute` say where its tags stand. `text` and `anchors`
    are the file's as they were when this was read.
    """

    file: SourceFile
    text: str
    anchors: Anchors | None
    units: tuple[ScriptElement | Handler, ...]
    ids: frozenset[str]
    base_href: str | None
    templated: bool
    soup: "BeautifulSoup"
    _tags: Mapping[int, tuple[Span, Mapping[str, AttributeValue]]]
    """The start tags and their attributes, by the start tag's offset in the text that `soup` was made of."""

    @property
    def scripts(self) -> tuple[ScriptElement, ...]:
        """The script elements in document order."""
        return tuple(unit for unit in self.units if isinstance(unit, ScriptElement))

    @property
    def handlers(self) -> tuple[Handler, ...]:
        """The handler attributes and `javascript:` addresses in document order."""
        return tuple(unit for unit in self.units if isinstance(unit, Handler))

    def span(self, tag: "Tag") -> Span:
        """The start tag of an element of `soup`."""
        return self._tags[_offset(tag)][0]

    def attribute(self, tag: "Tag", name: str) -> AttributeValue | None:
        """The value of an attribute (name in lower case) of an element of `soup`; None where it has none."""
        return self._tags[_offset(tag)][1].get(name)

    def edited(self, file: SourceFile) -> "MarkupPage | None":
        """The page as a live file has it now, if no more than the text of one script is another; else None."""
        if file is not self.file or file.anchors is None or self.anchors is None:
            return None
        before, text = self.text, file.text
        start, end = file.anchors.alike((0, len(text)), self.anchors, (0, len(before)))
        old_end, new_end = len(before) - end, len(text) - end
        shift = new_end - old_end
        near = before[max(0, start - _NEAR) : old_end + _NEAR], text[max(0, start - _NEAR) : new_end + _NEAR]
        if any(SCRIPT_MARK.search(stretch) for stretch in near):
            return None
        units: list[ScriptElement | Handler] = []
        is_found = False
        for unit in self.units:
            code = unit.code
            if code is None or code.place(len(code.text)) < start:
                units.append(unit)
                continue
            first = code.place(0)
            if first > old_end:
                moved = tuple((at, origin + shift) for at, origin in code.origins)
                code = Code(file, code.text, code.kind, code.language, moved)
            elif isinstance(unit, Handler) or not (unit.raw and first <= start and old_end <= first + len(code.text)):
                return None
            else:
                is_found = True
                last = first + len(code.text) + shift
                code = Code(file, text[first:last], code.kind, code.language, code.origins)
                unit = replace(unit, templated=_is_templated(code))
            units.append(replace(unit, code=code))
        if not is_found:
            return None
        file.embedded = tuple(
            stretch._replace(
                start=stretch.start + shift * (stretch.start > old_end),
                end=stretch.end + shift * (stretch.end >= old_end),
            )
            for stretch in file.embedded
        )
        return replace(self, text=text, anchors=file.anchors, units=tuple(units), templated=_has_server_mark(text))


_NEAR = 10
"""How many characters a mark in a script's text may have that ends it."""

BUILT = frozenset({"base", "form", "input", "link", "meta", "script"})
"""The elements that the tree always has."""

_NAMED = frozenset({"embed", "form", "iframe", "img", "object"})
_ADDRESSES = {
    "action": frozenset({"form"}),
    "data": frozenset({"object"}),
    "formaction": frozenset({"button", "input"}),
    "href": frozenset({"a", "area"}),
    "src": frozenset({"embed", "frame", "iframe"}),
    "xlink:href": frozenset({"a"}),
}
"""The attributes whose `javascript:` addresses browsers run, with their elements."""
_JAVASCRIPT_URL = re.compile(r"[\0-\x20]*+" + r"[\t\n\r]*+".join("javascript:"), re.IGNORECASE | re.ASCII)
_URL_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})++|[\t\n\r]++")

_EVENTS = words(
    # the HTML standard: global, window and document events
    "abort afterprint auxclick beforeinput beforematch beforeprint beforetoggle beforeunload blur cancel canplay"
    " canplaythrough change click close command contextlost contextmenu contextrestored copy cuechange cut dblclick drag"
    " dragend dragenter dragleave dragover dragstart drop durationchange emptied ended error focus formdata hashchange input"
    " invalid keydown keypress keyup languagechange load loadeddata loadedmetadata loadstart message messageerror mousedown"
    " mouseenter mouseleave mousemove mouseout mouseover mouseup offline online pagehide pagereveal pageshow pageswap paste"
    " pause play playing popstate progress ratechange readystatechange rejectionhandled reset resize scroll scrollend"
    " securitypolicyviolation seeked seeking select slotchange stalled storage submit suspend timeupdate toggle"
    " unhandledrejection unload visibilitychange volumechange waiting wheel"
    # animations, transitions, pointers, touch, selection, full screen, SVG, and what browsers have beside the standards
    " animationcancel animationend animationiteration animationstart transitioncancel transitionend transitionrun"
    " transitionstart gotpointercapture lostpointercapture pointercancel pointerdown pointerenter pointerleave pointermove"
    " pointerout pointerover pointerrawupdate pointerup touchcancel touchend touchmove touchstart selectionchange selectstart"
    " fullscreenchange fullscreenerror begin end repeat beforecopy beforecut beforepaste beforexrselect"
    " contentvisibilityautostatechange devicemotion deviceorientation focusin focusout mousewheel orientationchange"
    " scrollsnapchange scrollsnapchanging search webkitanimationend webkitanimationiteration webkitanimationstart"
    " webkitfullscreenchange webkitfullscreenerror webkittransitionend"
)
"""The events that have a handler attribute; `on` before any other word is an attribute like any other."""

_JAVASCRIPT = frozenset(
    [f"{group}/{name}" for group in ("application", "text") for name in ("ecmascript", "javascript")]
    + [f"{group}/x-{name}" for group in ("application", "text") for name in ("ecmascript", "javascript")]
    + [f"text/javascript1.{version}" for version in range(6)]
    + ["text/jscript", "text/livescript"]
)
"""The HTML standard's JavaScript types."""
_COMPILED = {
    "application/babel": "javascript",
    "text/babel": "javascript",
    "text/jsx": "javascript",
    "application/typescript": "typescript",
    "application/x-typescript": "typescript",
    "text/typescript": "typescript",
    "text/tsx": "tsx",
}
"""The types whose scripts a compiler in the page runs, with their grammar."""
_LANG = {"ts": "typescript", "typescript": "typescript", "tsx": "tsx"}

_SERVER_MARK = re.compile(r"<%|<\?(?:php\b|=)", re.IGNORECASE)
_EXPRESSION = re.compile(r"\{\{[^{}]*+\}\}")
_NAME_EXPRESSION = re.compile(r"\{\{[^{};:=\r\n]++\}\}")


def read_page(file: SourceFile) -> MarkupPage:
    """Read an HTML file. Any text is a page: there are no errors, only markup that means less than its author thought."""
    from sigmalint.sources.soup import build

    text = file.text
    tags: dict[int, StartTag] = {}
    built: list[StartTag | EndTag] = []
    stretches: dict[int, list[tuple[int, int, bool]]] = {}
    ids: set[str] = set()
    for token in tokenize(text):
        if isinstance(token, StartTag):
            attributes = token.attributes
            for name in ("id", "name"):
                if name in attributes and (name == "id" or token.name in _NAMED):
                    ids.add(value(text, attributes[name]).text)
            if token.name in BUILT or any(_has_code(text, token.name, attribute) for attribute in attributes.values()):
                tags[token.start] = token
                built.append(token)
                if token.name == "script":
                    stretches[token.start] = []
        elif isinstance(token, Text):
            if token.owner in stretches:
                stretches[token.owner].append((token.start, token.end, token.references))
        elif isinstance(token, EndTag) and token.name == "form":
            built.append(token)
    contents = {start: join(text, found or [(tags[start].end, tags[start].end, False)]) for start, found in stretches.items()}
    soup = build(text, built, {start: content.text for start, content in contents.items()})
    units: list[ScriptElement | Handler] = []
    embedded: list[Embedded] = []
    base_href: str | None = None
    for element in soup.find_all(True):
        tag = tags[_offset(element)]
        if tag.name == "script" and (script := _script(file, tag, element, contents[tag.start])):
            units.append(script)
            if script.code is not None:
                language = "typescript" if script.code.language == "tsx" else script.code.language
                embedded.append(Embedded(script.code.place(0), script.code.place(len(script.code.text)), language, None))
        if tag.name == "base" and base_href is None and "href" in tag.attributes:
            base_href = str(element["href"]).strip(SPACE)
        for attribute in tag.attributes.values():
            if _has_code(text, tag.name, attribute):
                units.append(_handler(file, tag.name, attribute))
                embedded.append(Embedded(attribute.value_start, attribute.value_end, "javascript", attribute.quote))
    file.embedded = tuple(sorted(embedded))
    return MarkupPage(
        file=file,
        text=text,
        anchors=file.anchors,
        units=tuple(units),
        ids=frozenset(ids - {""}),
        base_href=base_href,
        templated=_has_server_mark(text),
        soup=soup,
        _tags={start: (file.span(start, tag.end), _values(file, tag)) for start, tag in tags.items()},
    )


def read_component(file: SourceFile) -> Code:
    """The scripts of a component file (Vue, Svelte) as the one module that a build tool makes of them."""
    parts: list[str] = []
    origins: list[tuple[int, int]] = []
    languages: list[str] = []
    owner: int | None = None
    length = 0
    for token in tokenize(file.text):
        if isinstance(token, StartTag) and token.name == "script":
            attribute = token.attributes.get("lang")
            name = ascii_lower(value(file.text, attribute).text) if attribute else ""
            languages.append(_LANG.get(name, "javascript"))
            owner = token.start
        elif isinstance(token, Text) and token.owner == owner and owner is not None:
            origins.append((length, token.start))
            parts.append(file.text[token.start : token.end] + "\n")
            length += len(parts[-1])
    language = max(languages, key=("javascript", "typescript", "tsx").index, default="javascript")
    return Code(file, "".join(parts), CodeKind.MODULE, language, tuple(origins) or ((0, 0),))


def _values(file: SourceFile, tag: StartTag) -> dict[str, AttributeValue]:
    return {
        name: AttributeValue(value(file.text, attribute).text, file.span(attribute.value_start, attribute.value_end))
        for name, attribute in tag.attributes.items()
    }


def _offset(tag: "Tag") -> int:
    assert tag.sourcepos is not None
    return tag.sourcepos


def _has_code(text: str, element: str, attribute: Attribute) -> bool:
    name = attribute.name
    if name.startswith("on"):
        return name[2:] in _EVENTS
    return name in _ADDRESSES and element in _ADDRESSES[name] and _JAVASCRIPT_URL.match(value(text, attribute).text) is not None


def _handler(file: SourceFile, element: str, attribute: Attribute) -> Handler:
    decoded = value(file.text, attribute)
    kind = CodeKind.HANDLER
    if attribute.name in _ADDRESSES:
        kind = CodeKind.URL
        decoded = _url_script(decoded)
    code = Code(file, decoded.text, kind, origins=decoded.origins)
    templated = _has_server_mark(code.text) or _EXPRESSION.search(code.text) is not None
    return Handler(element, attribute.name, code, templated)


def _url_script(address: Decoded) -> Decoded:
    """What a `javascript:` address runs: without line ends and tabs, percent-decoded as UTF-8."""
    scheme = _JAVASCRIPT_URL.match(address.text)
    assert scheme is not None
    position = scheme.end()
    end = max(position, len(address.text.rstrip("".join(map(chr, range(0x21))))))
    parts: list[str] = []
    origins = {0: position}
    length = 0
    for match in _URL_ENCODED.finditer(address.text, position, end):
        part = address.text[position : match.start()]
        parts.append(part)
        length += len(part)
        position = match.start()
        origins[length] = position
        if match[0][0] == "%":
            for character in unquote_to_bytes(match[0]).decode("utf-8", "replace"):
                parts.append(character)
                length += 1
                position = min(position + 3 * len(character.encode()), match.end())
                origins[length] = position
        position = match.end()
        origins[length] = position
    parts.append(address.text[position:end])
    text = "".join(parts)
    return Decoded(text, compose(tuple(origins.items()), address.origins, len(text)))


def _script(file: SourceFile, tag: StartTag, element: "Tag", content: Decoded) -> ScriptElement | None:
    """The script of a `<script>` element; None where it is not code, or not run by current browsers."""
    kind = _script_type(element)
    language = _COMPILED.get(kind)
    if kind in _JAVASCRIPT or kind == "module":
        language = _LANG.get(_word(element, "lang"), "javascript")
    if language is None or tag.namespace is Namespace.MATHML:
        return None
    module = kind == "module" or (kind in _COMPILED and _word(element, "data-type") == "module")
    if "nomodule" in tag.attributes and not module:
        return None
    code = source = source_span = None
    sources = ("href", "xlink:href") if tag.namespace is Namespace.SVG else ("src",)
    if attribute := next((tag.attributes[name] for name in sources if name in tag.attributes), None):
        source = str(element[attribute.name]).strip(SPACE)
        source_span = file.span(attribute.value_start, attribute.value_end)
    else:
        code = Code(file, content.text, CodeKind.MODULE if module else CodeKind.SCRIPT, language, content.origins)
    return ScriptElement(
        span=file.span(tag.start, tag.end),
        code=code,
        src=source,
        src_span=source_span,
        module=module,
        is_async="async" in tag.attributes,
        defer="defer" in tag.attributes,
        integrity=_word(element, "integrity") != "",
        templated=code is not None and _is_templated(code),
        raw=tag.namespace is Namespace.HTML,
    )


def _is_templated(code: Code) -> bool:
    return _has_server_mark(code.text) or _NAME_EXPRESSION.search(code.text) is not None


def _script_type(element: "Tag") -> str:
    """The type of a script by the HTML standard, in lower case: `type`, else the old `language`, else JavaScript."""
    if "type" in element.attrs:
        return _word(element, "type") if element["type"] else "text/javascript"
    return f"text/{_word(element, 'language') or 'javascript'}"


def _word(element: "Tag", name: str) -> str:
    """An attribute's value in lower case without surrounding white space; "" where it is missing."""
    return ascii_lower(str(element.get(name, "")).strip(SPACE))


def _has_server_mark(text: str) -> bool:
    if _SERVER_MARK.search(text):
        return True
    block = text.find("{%")
    return block >= 0 and text.find("%}", block + 2) >= 0
