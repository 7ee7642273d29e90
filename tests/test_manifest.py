"""plugin-manifest.json: what it declares, where, and what breaks its schema."""

import json

import pytest

from sigmalint.sdk import load_products
from sigmalint.sources.json_text import JsonScalar
from sigmalint.sources.manifest import Manifest, looks_like_extension, read_manifest, schema_problems
from sigmalint.sources.text import SourceFile

GUIDE = """{
"service": "WRITER",
"modules": {
"widgets": [WIDGETS]
},
"connectors": [
{
"name": "my_connection",
"type": "OAuth",
"authorizationUrl": "https://accounts.example.com/authorize",
"scopes": ["api", "refresh_token"]
}
]
}"""
WIDGET = '{"name": "main", "location": "writer.extensions", "url": "/app/widget.html", "icon": "/app/img/icon.png"}'


def read(text: str) -> Manifest:
    return read_manifest(SourceFile("plugin-manifest.json", text), load_products())


def declared(text: str) -> list[tuple[str, str]]:
    return [(connection.link_name, connection.declared_in) for connection in read(text).connections]


def defects(text: str) -> list[tuple[str, str]]:
    return [(problem.span.text, problem.message) for problem in schema_problems(read(text))]


def writer(**keys: object) -> str:
    return json.dumps({"service": "WRITER", "modules": {"widgets": []}} | keys)


def test_the_guides_manifest_declares_its_connection_at_its_place() -> None:
    manifest = read(GUIDE.replace("WIDGETS", WIDGET))
    assert manifest.problems == ()
    assert schema_problems(manifest) == ()
    assert manifest.complete
    assert manifest.service is not None
    assert (manifest.service.text, manifest.service.span.begin) == ("WRITER", (2, 13))
    (connection,) = manifest.connections
    assert connection.link_name == connection.span.text == "my_connection"
    assert connection.span.begin == (8, 10)
    assert connection.entry.begin == (7, 1)
    assert [(scope.text, scope.span.begin) for scope in connection.scopes] == [("api", (11, 13)), ("refresh_token", (11, 20))]
    (widget,) = manifest.widgets
    assert widget.name is not None
    assert widget.url is not None
    assert (widget.name.text, widget.url.text) == ("main", "/app/widget.html")
    assert widget.url.span.begin == (4, 71)
    assert widget.logo is None


def test_the_guides_manifest_with_its_dots_is_broken_in_one_place_and_still_declares() -> None:
    manifest = read(GUIDE.replace("WIDGETS", " ... "))
    assert [(problem.span.begin, problem.message) for problem in manifest.problems] == [((4, 14), '"..." is not JSON')]
    assert [connection.link_name for connection in manifest.connections] == ["my_connection"]
    assert not manifest.complete
    assert schema_problems(manifest) == ()


def test_connections_come_from_all_four_places() -> None:
    text = writer(
        connectors=[{"connectionLinkName": "a", "connectionName": "A", "name": "not_this"}, {"name": "b"}],
        usedConnections=[{"connectionLinkName": "c"}, "d"],
        zohoAuthorisation={"connectionLinkName": "e", "scope": ["Desk.ALL"]},
        config=[{"name": "a setting"}, {"connectionLinkName": "f"}],
    )
    assert declared(text) == [
        ("a", "connectors"),
        ("b", "connectors"),
        ("c", "usedConnections"),
        ("d", "usedConnections"),
        ("e", "zohoAuthorisation"),
        ("f", "config"),
    ]
    assert read(text).complete
    assert read(text).connections[0].display_name == "A"


@pytest.mark.parametrize("service", ['"DESK"', '"UNHEARD"', '""', "null", "3"])
def test_a_service_without_a_table_declares_by_the_keys_of_all_products(service: str) -> None:
    assert declared(f'{{"service": {service}, "connectors": [{{"name": "a"}}]}}') == [("a", "connectors")]


@pytest.mark.parametrize(
    ("old", "new", "complete"),
    [
        ('"WRITER",', '"WRITER", // the product\n', True),
        ('"refresh_token"]', '"refresh_token",]', True),
        ('"type"', "'type'", True),
        ('"type"', "type", True),
        ('"OAuth",', '"OAuth"', True),
        ('"service"', '"connectors": [{"name": "first"}],\n"service"', True),
        ('"OAuth"', "undefined", False),
        ('"refresh_token"]', '"refresh_token"', False),
    ],
)
def test_a_mistake_elsewhere_does_not_lose_a_declaration(old: str, new: str, complete: bool) -> None:
    manifest = read(GUIDE.replace("WIDGETS", WIDGET).replace(old, new))
    assert len(manifest.problems) == 1
    assert "my_connection" in [connection.link_name for connection in manifest.connections]
    assert manifest.complete is complete


def test_a_key_that_stands_twice_declares_both_of_its_values() -> None:
    assert declared('{"connectors": [{"name": "a"}], "connectors": [{"name": "b", "name": "c"}]}') == [
        ("a", "connectors"),
        ("b", "connectors"),
        ("c", "connectors"),
    ]


def test_one_name_declared_twice_is_there_twice_and_an_empty_one_too() -> None:
    text = writer(connectors=[{"name": "a"}, {"name": "a"}, {"connectionLinkName": ""}, {"connectionName": "shown"}, {}])
    assert declared(text) == [("a", "connectors"), ("a", "connectors"), ("", "connectors")]
    assert read(text).connections[2].span.text == ""


@pytest.mark.parametrize(
    ("value", "complete"),
    [
        ([], True),
        ({}, True),
        (None, True),
        ({"connectionLinkName": "a"}, True),
        ({"a": {"type": "OAuth"}}, False),
        ("a", False),
        (True, False),
    ],
)
def test_a_value_that_may_declare_anything_leaves_the_manifest_incomplete(value: object, complete: bool) -> None:
    assert read(writer(connectors=value)).complete is complete


@pytest.mark.parametrize("text", ["", "[]", '"x"', "null", "// nothing", "{", '{"modules": 3}', '{"service": {}}'])
def test_what_is_no_manifest_is_read_without_an_exception(text: str) -> None:
    manifest = read(text)
    assert manifest.connections == ()
    assert manifest.widgets == ()
    assert manifest.service is None
    schema_problems(manifest)


def test_whitelisted_domains_have_their_places() -> None:
    manifest = read('{"whiteListedDomains": ["https://a.example", 3, "https://b.example"]}')
    assert [(domain.text, domain.span.begin) for domain in manifest.whitelisted_domains] == [
        ("https://a.example", (1, 26)),
        ("https://b.example", (1, 50)),
    ]


def test_a_path_leads_to_a_node_and_a_member() -> None:
    manifest = read(GUIDE.replace("WIDGETS", WIDGET))
    node = manifest.node("modules", "widgets", 0, "location")
    assert isinstance(node, JsonScalar)
    assert node.value == "writer.extensions"
    member = manifest.member("connectors", 0, "type")
    assert member is not None
    assert member.key_span.begin == (9, 1)
    assert manifest.node("modules", "widgets", 1) is None
    assert manifest.node("service", "x") is None
    assert manifest.member("nothing") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[]", [("[", "the manifest must be an object, not an array")]),
        ("3", [("3", "the manifest must be an object, not a number")]),
        ('{"service": "WRITER"}', [("{", '"modules" is missing')]),
        ('{"service": "WRITER", "modules": {}}', [("{", '"widgets" is missing in "modules"')]),
        ('{"service": "WRITER", "modules": []}', [("[", '"modules" must be an object, not an array')]),
        (
            '{"service": "WRITER", "modules": {"widgets": {}}}',
            [("{", '"modules.widgets" must be an array, not an object')],
        ),
        (
            '{"service": "WRITER", "modules": {"widgets": ["main"]}}',
            [('"main"', '"modules.widgets[0]" must be an object, not a string')],
        ),
        (
            '{"service": "WRITER", "modules": {"widgets": [{"name": 1, "location": "writer.extensions"}]}}',
            [
                ("1", '"modules.widgets[0].name" must be a string, not a number'),
                ("{", '"url" is missing in "modules.widgets[0]"'),
            ],
        ),
        (writer(connectors={}), [("{", '"connectors" must be an array, not an object')]),
        (writer(connectors=["a"]), [('"a"', '"connectors[0]" must be an object, not a string')]),
        (writer(whiteListedDomains="x"), [('"x"', '"whiteListedDomains" must be an array, not a string')]),
        (writer(whiteListedDomains=[None]), [("null", '"whiteListedDomains[0]" must be a string, not null')]),
        (writer(cspDomains=[]), [("[", '"cspDomains" must be an object, not an array')]),
        (writer(cspDomains={"connect-src": "x"}), [('"x"', '"cspDomains.connect-src" must be an array, not a string')]),
        (writer(storage="false"), [('"false"', '"storage" must be true or false, not a string')]),
        (writer(config=[True]), [("true", '"config[0]" must be an object, not true')]),
    ],
)
def test_a_broken_structure_is_told_once_at_its_place(text: str, found: list[tuple[str, str]]) -> None:
    assert defects(text) == found


@pytest.mark.parametrize(
    "text",
    [
        writer(connectors=[{"connectionLinkName": "a", "sharedBy": 7, "userAccess": "true"}, {"name": 3}, {}]),
        writer(unknown={"anything": [1]}, connector=[3], locale=["en"], type="org", defaultLocale="en"),
        writer(modules={"widgets": [{"name": "a", "url": "/app/a.html"}]}),
        writer(modules={"widgets": [{"name": "a", "url": "/app/a.html", "location": "writer.extensions."}]}),
        '{"modules": {"widgets": []}}',
        '{"service": "writer"}',
        '{"service": "DESK", "modules": {"widgets": [{"location": "desk.ticket.detail.rightpanel"}]}}',
        '{"service": "WRITER", "modules": ',
    ],
)
def test_what_other_rules_say_better_is_left_to_them(text: str) -> None:
    assert defects(text) == []


def test_misspelt_json_does_not_hide_a_broken_structure() -> None:
    assert defects('{"service": "WRITER", /* soon */ }') == [("{", '"modules" is missing')]


def test_deep_nesting_where_an_object_belongs_is_told_without_an_exception() -> None:
    text = '{"service": "WRITER", "modules": %s}' % ("[" * 50_000 + "]" * 50_000)
    assert defects(text) == [("[", '"modules" must be an object, not an array')]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"service": "WRITER"}', True),
        ('{"service": "writer"}', True),
        ('{"service": "WRITR"}', True),
        ('{"service": "DESK", // ours\n}', True),
        ('{"modules": {"widgets": [ ... ]}}', True),
        ("{service: 'WRITER',}", True),
        ('{"service": "com.example.player"}', False),
        ('{"guid": "1", "name": "AniDB", "overview": "widgets for everyone", "targetAbi": "10.9.0.0"}', False),
        ('{"name": "agent", "service": {"type": "http"}, "widgets": []}', False),
        ("[]", False),
        ("", False),
    ],
)
def test_only_the_platforms_manifests_look_like_extensions(text: str, expected: bool) -> None:
    assert looks_like_extension(text) is expected
