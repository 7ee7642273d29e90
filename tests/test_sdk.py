"""The vendor's facts: every table fits its format, and the engine reads all of it."""

import json
from importlib.resources import files

import pytest
from jsonschema import Draft7Validator

from sigmalint.rule import Source
from sigmalint.sdk import Access, Product, Role, known_services, load_products, manifest_schema

FOLDER = files("sigmalint.rules") / "sdk"
TABLES = sorted(table.name for table in FOLDER.iterdir() if table.name.endswith(".json") and ".schema." not in table.name)


def load(name: str) -> dict[str, object]:
    table = json.loads((FOLDER / name).read_text("utf-8"))
    assert isinstance(table, dict)
    return table


@pytest.fixture
def writer() -> Product:
    (product,) = (product for product in load_products() if product.name == "writer")
    return product


@pytest.mark.parametrize("name", TABLES)
def test_a_product_table_fits_its_format(name: str) -> None:
    errors = Draft7Validator(load("product.schema.json")).iter_errors(load(name))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("schema", [load("product.schema.json"), load("manifest.schema.json"), manifest_schema()])
def test_the_schemas_are_draft_07(schema: dict[str, object]) -> None:
    Draft7Validator.check_schema(schema)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_every_role_synonym_and_dependence_of_a_call_names_an_option_of_it() -> None:
    for product in load_products():
        for call in product.calls:
            names = {option.name for option in call.options}
            assert {access.option for access in call.roles.values() if access.option is not None} <= names
            assert set(call.synonyms.values()) <= names
            assert names.isdisjoint(call.synonyms)
            assert {name for option in call.options for name in (*option.ignores, option.needs) if name} <= names
            assert all(access.argument < call.most for access in call.roles.values())
            assert set(call.methods_without_body) <= set(call.methods)


def test_every_service_of_a_product_is_known() -> None:
    assert {service for product in load_products() for service in product.manifest.services} <= set(known_services())


def test_the_writer_request_is_what_its_pages_say(writer: Product) -> None:
    assert writer.namespace == "SigmaSDK.WRITER"
    assert writer.root == "SigmaSDK"
    assert writer.init.name == "init"
    assert writer.init.returns == "client"
    request = writer.call("request")
    assert request is not None
    assert (request.least, request.most, request.options_argument) == (1, 1, 0)
    assert request.methods == ("GET", "POST", "PUT", "DELETE")
    assert request.methods_also == ("PATCH",)
    assert request.methods_without_body == ("GET", "DELETE")
    assert request.roles == {
        Role.CONNECTION: Access(0, "connectionLinkName"),
        Role.METHOD: Access(0, "type"),
        Role.URL: Access(0, "url"),
        Role.HEADERS: Access(0, "headers"),
        Role.BODY: Access(0, "postBody"),
        Role.QUERY: Access(0, "data"),
    }
    assert {option.name: option.types for option in request.options} == {
        "connectionLinkName": ("string",),
        "type": ("string",),
        "url": ("string",),
        "headers": ("object",),
        "postBody": ("object", "string", "array"),
        "data": ("object",),
        "responseType": ("string",),
        "fileObj": ("array",),
        "includeContent": ("boolean",),
        "contentParamName": ("string",),
        "contentFormat": ("string",),
        "sendAsFile": ("boolean",),
    }
    assert [role for role in Role if request.requires(role)] == [Role.CONNECTION, Role.METHOD, Role.URL]
    assert request.synonyms["method"] == "type"
    assert request.synonyms["body"] == "postBody"
    assert request.synonyms["params"] == "data"
    assert request.synonyms["header"] == "headers"
    assert request.synonyms["connection_link_name"] == "connectionLinkName"
    response = request.option("responseType")
    assert response is not None
    assert response.values == ("arraybuffer", "blob", "document", "json", "text")
    assert response.ignores == ("postBody", "fileObj")
    assert request.option("method") is None


def test_both_generations_of_writer_methods_are_there(writer: Product) -> None:
    assert {method.name for method in writer.methods} == {
        "showMessage",
        *(f"storage.{scope}.{action}" for scope in ("user", "document") for action in ("fetch", "add", "delete")),
    }
    assert writer.dispatch_path == "dispatch"
    events = {event.name: event for event in writer.events}
    assert set(events) == {
        "documentDetails",
        "insertContent",
        "SelectedContent",
        "insertChart",
        "insertImage",
        "replaceImage",
        "imageInfo",
        "showmessage",
        "home",
        "user_settings",
    }
    assert [parameter.name for parameter in events["insertImage"].parameters if parameter.required] == [
        "src",
        "height",
        "width",
    ]
    add = writer.method("storage.user.add")
    assert add is not None
    assert [(part.name, part.types, part.required) for part in add.parameters[0].properties] == [
        ("key", ("string",), True),
        ("value", ("string",), True),
    ]


def test_connections_are_declared_in_four_places(writer: Product) -> None:
    declarations = {declaration.key: declaration for declaration in writer.manifest.declarations}
    assert list(declarations) == ["connectors", "usedConnections", "zohoAuthorisation", "config"]
    assert declarations["connectors"].link_name == ("connectionLinkName", "name")
    assert declarations["config"].link_name == ("connectionLinkName",)
    assert writer.manifest.locations == ("writer.extensions", "writer.extensions.popup")


def test_facts_say_where_and_when_they_were_read(writer: Product) -> None:
    assert writer.calls[0].sources[0] == Source(
        "https://www.zoho.com/writer/help/developer-guide/extensions/use-connections.html", "2026-11"
    )
    assert writer.script.sources
    assert writer.manifest.sources
    assert all(method.sources for method in (writer.init, *writer.methods, *writer.events))


def test_the_manifest_schema_asks_of_each_service_what_its_product_asks() -> None:
    validator = Draft7Validator(manifest_schema())
    assert validator.is_valid({"service": "DESK"})
    assert not validator.is_valid({"service": "WRITER"})
    widget = {"name": "main", "location": "writer.extensions", "url": "/app/widget.html"}
    assert validator.is_valid({"service": "WRITER", "modules": {"widgets": [widget]}})
    assert not validator.is_valid({"service": "WRITER", "modules": {"widgets": [widget | {"location": "elsewhere"}]}})
