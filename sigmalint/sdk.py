"""The vendor's facts: what `rules/sdk/*.json` says of each product, as frozen dataclasses.

A product is one JSON file (its format: `product.schema.json`, which the tests hold every file to). Checks, hover, completion
and documentation read these tables; no other module knows a product by name.
"""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from sigmalint.rule import Source


class Role(enum.StrEnum):
    """What a part of a request is for, whatever a product calls it."""

    CONNECTION = "connection"
    METHOD = "method"
    URL = "url"
    HEADERS = "headers"
    BODY = "body"
    QUERY = "query"


MISSION = (Role.CONNECTION, Role.METHOD, Role.URL)
"""The roles without which nothing is known of a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a call, a property of an object, or an option of a request.

    `types` are JSON's (`string`, `object`, `array`, `boolean`, `integer`, `number`) or `function`; empty when any will do.
    `values` are the allowed strings, empty when any will do; `also` are values that only other vendor pages list.
    `properties` are those of an object, `items` describes the elements of an array. Where the option is present, the
    options in `ignores` have no effect; it has none itself without the option `needs`. One that is required may be left out
    where one of the options in `unless` is there.
    """

    name: str
    types: tuple[str, ...] = ()
    required: bool = False
    values: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    description: str = ""
    properties: tuple["Parameter", ...] = ()
    items: "Parameter | None" = None
    ignores: tuple[str, ...] = ()
    needs: str | None = None
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """Where a call holds something: its argument of that index (from 0), or the option of that name in this argument."""

    argument: int
    option: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Call:
    """A call that sends a request.

    `path` follows the product's namespace (`request`, `CONNECTION.invoke`). The call takes `least` to `most` arguments;
    the one of index `options_argument` is the options object, or holds it as its property `options_property`. `methods` are
    the allowed HTTP methods, `methods_also` those that only some vendor pages list, `methods_without_body` those that send
    none. `synonyms` maps what people write for an option to its name.
    """

    path: str
    least: int
    most: int
    options_argument: int
    options: tuple[Parameter, ...]
    roles: Mapping[Role, Access]
    methods: tuple[str, ...]
    methods_also: tuple[str, ...] = ()
    methods_without_body: tuple[str, ...] = ()
    options_property: str | None = None
    synonyms: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()

    def option(self, name: str) -> Parameter | None:
        """The option of exactly this name."""
        return next((option for option in self.options if option.name == name), None)

    def requires(self, role: Role) -> bool:
        """Whether the vendor's pages ask for it: a required option, or an argument that every call has."""
        access = self.roles.get(role)
        if access is None:
            return False
        if access.option is None:
            return access.argument < self.least
        option = self.option(access.option)
        return option is not None and option.required


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A documented method other than a request, or an event of `dispatch`.

    `name` is the path behind the namespace (`storage.user.add`) or the event's name in its documented case; `returns` says
    what comes back: `promise`, `client` (an object with the namespace's members) or empty where no page says. `required`
    says of an `init` that nothing else works before it.
    """

    name: str
    parameters: tuple[Parameter, ...] = ()
    returns: str = ""
    required: bool = False
    description: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The SDK's own script: its addresses, those it had before, the vendor's hosts, and its file's name without folders (""
    where no page says how to load it)."""

    file: str = ""
    addresses: tuple[str, ...] = ()
    legacy: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A top-level manifest key whose value declares connections: an `array` of entries, or one entry (`object`).

    `link_name`, `display_name` and `scopes` are the entry's keys that hold them, the best first.
    """

    key: str
    shape: str
    link_name: tuple[str, ...]
    display_name: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestFacts:
    """What a product's plugin-manifest.json may say: its `service`, where connections are declared, keys of its own.

    `keys` are what the product asks beside the common part of the manifest's schema.
    """

    services: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    keys: tuple[Parameter, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def locations(self) -> tuple[str, ...]:
        """The documented values of a widget's `location`."""
        return _values("location", self.keys)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Product:
    """A product with an SDK for its extensions.

    `namespace` is the dotted global name (`SigmaSDK.WRITER`), `clients` are names that samples give to what `init` returns.
    `events` are the names that `dispatch_path(event, data)` takes, where the product has it. A file that has one of the
    texts in `mentions` uses the SDK.
    """

    name: str
    title: str
    namespace: str
    script: Script
    init: Method
    calls: tuple[Call, ...]
    manifest: ManifestFacts
    mentions: tuple[str, ...]
    clients: tuple[str, ...] = ()
    methods: tuple[Method, ...] = ()
    dispatch_path: str | None = None
    events: tuple[Method, ...] = ()

    @property
    def root(self) -> str:
        """The global variable that the namespace begins with."""
        return self.namespace.partition(".")[0]

    def call(self, path: str) -> Call | None:
        """The request call of a path behind the namespace."""
        return next((call for call in self.calls if call.path == path), None)

    def method(self, name: str) -> Method | None:
        """The documented method of a path behind the namespace."""
        return next((method for method in self.methods if method.name == name), None)


@cache
def load_products() -> tuple[Product, ...]:
    """All products that the installation has a table for, by name. ValueError or KeyError for a table that is not sound."""
    tables = sorted((table for table in _folder().iterdir() if _is_product(table.name)), key=lambda table: table.name)
    return tuple(_product(table.name.removesuffix(".json"), _load(table)) for table in tables)


@cache
def all_mentions() -> tuple[str, ...]:
    """The texts of which a file that uses the SDK of any product contains one."""
    return tuple(dict.fromkeys(name for product in load_products() for name in product.mentions))


@cache
def known_services() -> tuple[str, ...]:
    """The values of the manifest's `service` that the vendor's pages and tools know, of all products."""
    return tuple(_load(_folder() / _MANIFEST_SCHEMA)["properties"]["service"]["enum"])


@cache
def known_keys(path: tuple[str | int, ...]) -> frozenset[str]:
    """The keys that the vendor's pages and tools know of the manifest's object at a path, of all products."""
    found: set[str] = set()
    schema = manifest_schema()
    for part in (schema, *(product["then"] for product in schema["allOf"])):
        for step in path:
            part = part.get("items", {}) if isinstance(step, int) else part.get("properties", {}).get(step, {})
        found.update(part.get("properties", ()))
    return frozenset(found)


def manifest_schema() -> dict[str, Any]:
    """The JSON Schema (draft-07) of plugin-manifest.json: the common part, and for each product what its `service` asks for.

    The key `x-rule` on a property names the rule that speaks about it instead of SIG005.
    """
    schema: dict[str, Any] = _load(_folder() / _MANIFEST_SCHEMA)
    schema["allOf"] = [_product_schema(product.manifest) for product in load_products()]
    return schema


_MANIFEST_SCHEMA = "manifest.schema.json"


def _folder() -> Traversable:
    return files("sigmalint.rules") / "sdk"


def _values(name: str, parameters: tuple[Parameter, ...]) -> tuple[str, ...]:
    """The values of the parameters of a name, wherever they stand."""
    found: list[str] = []
    for parameter in parameters:
        found += parameter.values if parameter.name == name else ()
        found += _values(name, parameter.properties)
        found += _values(name, parameter.items.properties) if parameter.items is not None else ()
    return tuple(found)


def _is_product(name: str) -> bool:
    return name.endswith(".json") and not name.endswith(".schema.json")


def _load(table: Traversable) -> Any:
    return json.loads(table.read_text(encoding="utf-8"))


def _product(name: str, table: Any) -> Product:
    script, init, manifest = table.get("script", {}), table["init"], table["manifest"]
    file = script.get("file", "")
    dispatch = table.get("dispatch", {})
    return Product(
        name=name,
        title=table["title"],
        namespace=table["namespace"],
        mentions=(*table.get("mentions", (table["namespace"].partition(".")[0],)), *([file] if file else [])),
        clients=tuple(table.get("clients", ())),
        script=Script(
            file=file,
            addresses=tuple(script.get("addresses", ())),
            legacy=tuple(script.get("legacy", ())),
            hosts=tuple(script.get("hosts", ())),
            sources=_sources(script),
        ),
        init=_method(init),
        methods=tuple(_method(method) for method in table.get("methods", ())),
        dispatch_path=dispatch.get("path"),
        events=tuple(_method(event) for event in dispatch.get("events", ())),
        calls=tuple(_call(call) for call in table["calls"]),
        manifest=ManifestFacts(
            services=tuple(manifest["services"]),
            declarations=tuple(_declaration(declaration) for declaration in manifest["declarations"]),
            keys=_parameters(manifest.get("keys", ())),
            sources=_sources(manifest),
        ),
    )


def _call(table: Any) -> Call:
    methods = table["methods"]
    return Call(
        path=table["path"],
        least=table["arguments"]["least"],
        most=table["arguments"]["most"],
        options_argument=table["options_argument"],
        options=_parameters(table["options"]),
        roles=MappingProxyType({Role(role): Access(**access) for role, access in table["roles"].items()}),
        methods=tuple(methods["allowed"]),
        methods_also=tuple(methods.get("also", ())),
        methods_without_body=tuple(methods.get("without_body", ())),
        options_property=table.get("options_property"),
        synonyms=MappingProxyType(table.get("synonyms", {})),
        sources=_sources(table),
    )


def _method(table: Any) -> Method:
    return Method(
        name=table["name"],
        parameters=_parameters(table.get("parameters", ())),
        returns=table.get("returns", ""),
        required=table.get("required", False),
        description=table.get("description", ""),
        sources=_sources(table),
    )


def _parameters(tables: Any) -> tuple[Parameter, ...]:
    return tuple(_parameter(table) for table in tables)


def _parameter(table: Any) -> Parameter:
    return Parameter(
        name=table.get("name", ""),
        types=tuple(table.get("types", ())),
        required=table.get("required", False),
        values=tuple(table.get("values", ())),
        also=tuple(table.get("also", ())),
        description=table.get("description", ""),
        properties=_parameters(table.get("properties", ())),
        items=_parameter(table["items"]) if "items" in table else None,
        ignores=tuple(table.get("ignores", ())),
        needs=table.get("needs"),
        unless=tuple(table.get("unless", ())),
    )


def _declaration(table: Any) -> Declaration:
    return Declaration(
        key=table["key"],
        shape=table["shape"],
        link_name=tuple(table["link_name"]),
        display_name=tuple(table.get("display_name", ())),
        scopes=tuple(table.get("scopes", ())),
    )


def _sources(table: Any) -> tuple[Source, ...]:
    return tuple(Source(**source) for source in table.get("sources", ()))


def _product_schema(facts: ManifestFacts) -> dict[str, Any]:
    """What a product asks of a manifest, as a condition on its `service`."""
    return {
        "if": {"properties": {"service": {"enum": list(facts.services)}}, "required": ["service"]},
        "then": _object_schema(facts.keys),
    }


def _object_schema(properties: tuple[Parameter, ...]) -> dict[str, Any]:
    return {
        "properties": {parameter.name: _parameter_schema(parameter) for parameter in properties},
        "required": [parameter.name for parameter in properties if parameter.required],
    }


def _parameter_schema(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    if parameter.types:
        schema["type"] = list(parameter.types)
    if parameter.description:
        schema["description"] = parameter.description
    if parameter.values:
        schema["enum"] = list(parameter.values)
    if parameter.properties:
        schema |= _object_schema(parameter.properties)
    if parameter.items is not None:
        schema["items"] = _parameter_schema(parameter.items)
    return schema
