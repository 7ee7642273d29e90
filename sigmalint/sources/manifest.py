"""plugin-manifest.json: what it declares, and where it says so.

A manifest that is broken is read as far as it can be; which keys declare connections is the products' own (see `sdk`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sigmalint.sdk import Declaration, Product, known_services, manifest_schema
from sigmalint.sources.json_text import (
    JsonArray,
    JsonDocument,
    JsonNode,
    JsonObject,
    JsonScalar,
    Member,
    Problem,
    read_json,
)
from sigmalint.sources.text import SourceFile, Span

if TYPE_CHECKING:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError

FILE_NAME = "plugin-manifest.json"


class Text(NamedTuple):
    """A string of the manifest; `span` is the text between its quotes."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection that the manifest declares.

    `link_name` is what requests use, `span` the text between its quotes (it may be empty), `display_name` what people see.
    `scopes` are its permissions, `entry` its whole entry, `declared_in` the manifest's key (`connectors`, ...).
    """

    link_name: str
    span: Span
    display_name: str | None
    scopes: tuple[Text, ...]
    entry: Span
    declared_in: str


@dataclass(frozen=True, slots=True)
class Widget:
    """An entry of `modules.widgets`; a field is None where the manifest has no such string. `span` is the whole entry."""

    span: Span
    name: Text | None
    title: Text | None
    location: Text | None
    url: Text | None
    icon: Text | None
    logo: Text | None


@dataclass(frozen=True, slots=True, eq=False)
class Manifest:
    """A manifest as it was read.

    `service` is None where it is missing or no string. `connections` are all that is declared, in the order of the file;
    where a key stands twice, both count. `complete` says that nothing which could declare a connection was lost, and that the
    service declares its connections here.
    """

    document: JsonDocument
    service: Text | None
    widgets: tuple[Widget, ...]
    connections: tuple[Connection, ...]
    whitelisted_domains: tuple[Text, ...]
    complete: bool

    @property
    def file(self) -> SourceFile:
        """The file it was read from."""
        return self.document.file

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is not strict JSON."""
        return self.document.problems

    @property
    def root(self) -> JsonObject | None:
        """The manifest's object; None where its value is none."""
        return self.document.root if isinstance(self.document.root, JsonObject) else None

    def node(self, *path: str | int) -> JsonNode | None:
        """The value that a path of keys and indices leads to, such as `node("modules", "widgets", 0, "url")`."""
        return _node(self.document.root, path)

    def member(self, *path: str | int) -> Member | None:
        """The member, with its key's place, that a path which ends in a key leads to."""
        holder = self.node(*path[:-1])
        return holder.get(str(path[-1])) if isinstance(holder, JsonObject) else None


def read_manifest(file: SourceFile, products: Sequence[Product]) -> Manifest:
    """Read a manifest. Its `service` chooses the product whose keys declare connections; without one, those of all count."""
    document = read_json(file)
    root = document.root
    service = _text(_node(root, ("service",)))
    connections: list[Connection] = []
    declarations = tuple(_declarations(products, service))
    complete = document.complete and isinstance(root, JsonObject) and bool(declarations)
    for declaration in declarations:
        for member in root.all(declaration.key) if isinstance(root, JsonObject) else ():
            entries = _entries(member.value, declaration)
            complete = complete and entries is not None
            connections += (connection for entry in entries or () for connection in _connections(entry, declaration))
    connections.sort(key=lambda connection: connection.span.start)
    return Manifest(
        document=document,
        service=service,
        widgets=tuple(_widget(item) for item in _items(_node(root, ("modules", "widgets"))) if isinstance(item, JsonObject)),
        connections=tuple(connections),
        whitelisted_domains=_texts(_node(root, ("whiteListedDomains",))),
        complete=complete,
    )


def looks_like_extension(text: str) -> bool:
    """Whether a plugin-manifest.json is the platform's: its `service` is known or nearly so, or it has `modules.widgets`."""
    if "service" not in text and "widgets" not in text:
        return False
    root = read_json(SourceFile(FILE_NAME, text)).root
    if isinstance(modules := _node(root, ("modules",)), JsonObject) and modules.get("widgets"):
        return True
    service = _text(_node(root, ("service",)))
    return service is not None and bool(get_close_matches(service.text.strip().upper(), known_services(), n=1, cutoff=0.75))


def schema_problems(manifest: Manifest, rule: str | None = None) -> tuple[Problem, ...]:
    """Where a manifest breaks its JSON Schema: what the schema gives to the rule of that code, or to none; one a defect.

    Empty where the manifest could not be read whole: what it lacks may be what was lost.
    """
    if not manifest.document.complete or manifest.document.root is None:
        return ()
    return tuple(
        Problem(_place(manifest.node(*defect.path) or manifest.document.root), defect.message)
        for defect in _defects(_Document(manifest.document))
        if defect.rule == rule
    )


# Reading ------------------------------------------------------------------------------------------------------------------


def _node(node: JsonNode | None, path: Iterable[str | int]) -> JsonNode | None:
    for step in path:
        if isinstance(step, int):
            items = _items(node)
            node = items[step] if 0 <= step < len(items) else None
        else:
            member = node.get(step) if isinstance(node, JsonObject) else None
            node = member.value if member else None
    return node


def _items(node: JsonNode | None) -> tuple[JsonNode, ...]:
    return node.items if isinstance(node, JsonArray) else ()


def _text(node: JsonNode | None) -> Text | None:
    return Text(node.value, node.inner) if isinstance(node, JsonScalar) and isinstance(node.value, str) else None


def _texts(node: JsonNode | None) -> tuple[Text, ...]:
    return tuple(text for item in _items(node) if (text := _text(item)) is not None)


def _widget(node: JsonObject) -> Widget:
    def field(key: str) -> Text | None:
        member = node.get(key)
        return _text(member.value) if member else None

    return Widget(
        span=node.span,
        name=field("name"),
        title=field("title"),
        location=field("location"),
        url=field("url"),
        icon=field("icon"),
        logo=field("logo"),
    )


def _declarations(products: Sequence[Product], service: Text | None) -> Iterator[Declaration]:
    """Where connections may be declared: the keys of the service's product, each once; those of all products for a service
    that none has. None for a known service without a product: who knows where it declares them?"""
    name = service.text.strip().upper() if service else ""
    chosen = [product for product in products if name in product.manifest.services]
    if not chosen and name not in known_services():
        chosen = list(products)
    seen: set[str] = set()
    for product in chosen:
        for declaration in product.manifest.declarations:
            if declaration.key not in seen:
                seen.add(declaration.key)
                yield declaration


def _entries(node: JsonNode, declaration: Declaration) -> tuple[JsonNode, ...] | None:
    """The entries of a value that declares connections; None for a value of which nobody can tell what it declares."""
    if isinstance(node, JsonArray):
        return node.items
    if isinstance(node, JsonScalar):
        return () if node.value is None and node.readable else None
    if declaration.shape == "object" or not node.members or any(node.get(key) for key in declaration.link_name):
        return (node,)
    return None


def _connections(entry: JsonNode, declaration: Declaration) -> Iterator[Connection]:
    """What an entry declares: one connection, or one a name where a key stands twice. A string is its own link name."""
    if not isinstance(entry, JsonObject):
        if (text := _text(entry)) is not None:
            yield Connection(text.text, text.span, None, (), entry.span, declaration.key)
        return
    names: dict[str, Text] = {}
    for key in declaration.link_name:
        for member in entry.all(key):
            if (text := _text(member.value)) is not None:
                names.setdefault(text.text, text)
        if names:
            break
    for name in names.values():
        yield Connection(
            link_name=name.text,
            span=name.span,
            display_name=next((text.text for text in _fields(entry, declaration.display_name)), None),
            scopes=tuple(text for key in declaration.scopes for member in entry.all(key) for text in _texts(member.value)),
            entry=entry.span,
            declared_in=declaration.key,
        )


def _fields(entry: JsonObject, keys: Iterable[str]) -> Iterator[Text]:
    for key in keys:
        member = entry.get(key)
        if member and (text := _text(member.value)) is not None:
            yield text


# The schema ---------------------------------------------------------------------------------------------------------------


class _Defect(NamedTuple):
    path: tuple[str | int, ...]
    message: str
    rule: str | None


_DEPTH = 20
"""More than the schema looks at; jsonschema prints what it objects to, which deeper nesting would not survive."""


class _Document:
    """A document as a key of the cache: alike when the texts are, so that copies of a manifest are validated once a run."""

    __slots__ = ("document", "text")

    def __init__(self, document: JsonDocument) -> None:
        self.document = document
        self.text = document.file.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Document) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


_TYPES = {
    "object": "an object",
    "array": "an array",
    "string": "a string",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "null": "null",
}


@lru_cache(maxsize=64)
def _defects(cached: _Document) -> tuple[_Defect, ...]:
    validator = _validator()
    defects: dict[tuple[str | int, ...], _Defect] = {}
    for error in validator.iter_errors(cached.document.plain(_DEPTH)):
        path = tuple(error.absolute_path)
        missing = _missing(error) if error.validator == "required" else [""]
        for key in missing:
            # Where the common part and the product's both object, it is one defect.
            place = (*path, key) if key else path
            defects.setdefault(place, _Defect(path, _message(error, path, key), _rule(validator.schema, place)))
    return tuple(defects.values())


@cache
def _validator() -> "Draft7Validator":
    from jsonschema import Draft7Validator

    return Draft7Validator(manifest_schema())


def _missing(error: "ValidationError") -> list[str]:
    required: Any = error.validator_value
    instance: Any = error.instance
    return [key for key in required if key not in instance]


def _rule(schema: Any, path: tuple[str | int, ...]) -> str | None:
    """The rule that the schema gives a place to, or one around it."""
    for step in path:
        inner = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        if not isinstance(inner, dict):
            return None
        if "x-rule" in inner:
            return str(inner["x-rule"])
        schema = inner
    return None


def _message(error: "ValidationError", path: tuple[str | int, ...], key: str) -> str:
    where = _shown(path)
    if key:
        return f'"{key}" is missing' + (f" in {where}" if path else "")
    if error.validator == "type":
        wanted: Any = error.validator_value
        types = " or ".join(_TYPES[name] for name in ([wanted] if isinstance(wanted, str) else wanted))
        return f"{where} must be {types}, not {_kind(error.instance)}"
    return f"{where}: {error.message}"


def _shown(path: tuple[str | int, ...]) -> str:
    """A path in a manifest as people write it: `"modules.widgets[0].url"`."""
    if not path:
        return "the manifest"
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f'"{steps.removeprefix(".")}"'


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    for types, name in ((dict, "object"), (list, "array"), (str, "string"), (type(None), "null")):
        if isinstance(value, types):
            return _TYPES[name]
    return _TYPES["number"]


def _place(node: JsonNode) -> Span:
    """Where a defect is shown: a value, or no more than the bracket that begins it."""
    return node.span if isinstance(node, JsonScalar) else node.span.first()
