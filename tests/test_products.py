"""Products are data: what one table says, the same engine checks; a new product is a new table and no Python."""

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from sigmalint import sdk
from sigmalint.engine import lint
from sigmalint.finding import Finding
from sigmalint.registry import load_rules
from sigmalint.result import Result
from sigmalint.settings import Settings
from sigmalint.sources.manifest import _defects, _validator
from sigmalint.testing import MemoryFiles

TABLES = files("sigmalint.rules") / "sdk"
SOURCES = Path(__file__).parent.parent / "sigmalint"


def run(manifest: object, **scripts: str) -> Result:
    """Lint an extension of a manifest and scripts by name (`api` is `app/api.js`), without the notes."""
    texts = {"plugin-manifest.json": json.dumps(manifest)} | {f"app/{name}.js": text for name, text in scripts.items()}
    default = {rule.meta.code for rule in load_rules() if rule.meta.default}
    result = lint(MemoryFiles(texts), Settings(enabled=lambda code, path: code in default), load_rules())
    assert not result.failures
    return result


def said(result: Result) -> list[str]:
    """What was found at error and warning level: code, line and the text at fault."""
    return [shown(finding) for finding in result.findings if str(finding.level) != "note"]


def shown(finding: Finding) -> str:
    return f"{finding.rule.code} {finding.span.file.path}:{finding.span.begin.line} {finding.span.text}"


DESK = {"service": "DESK", "zohoAuthorisation": {"connectionLinkName": "desk"}, "connectors": [{"connectionLinkName": "maps"}]}
FINANCE = {"service": "FINANCE", "usedConnections": [{"connectionLinkName": "ledger", "connectionName": "Ledger"}]}
PROJECTS = {"service": "PROJECTS", "connectors": [{"connectionLinkName": "boards"}]}


def test_desk_declares_connections_in_two_places_and_takes_requests_without_one() -> None:
    script = """
ZOHODESK.extension.onload().then((App) => {
  ZOHODESK.request({ url: "https://desk.example.com/api", type: "GET", connectionLinkName: "desk" }).catch(console.error);
  ZOHODESK.request({ url: "https://maps.example.com/api", type: "GET", connectionLinkName: "map" }).catch(console.error);
  ZOHODESK.request({ url: "https://open.example.com/api", method: "GET" }).catch(console.error);
});
"""
    result = run(DESK, api=script)
    assert (result.requests, result.resolved) == (3, 3)
    assert said(result) == ['SIG201 app/api.js:4 "map"', "SIG108 app/api.js:5 method"]


def test_finance_has_options_of_its_own_and_an_alternative_to_address_and_method() -> None:
    script = """
ZFAPPS.extension.init().then(async () => {
  const header = [{ key: "Accept", value: "application/json" }];
  await ZFAPPS.request({ url: "https://api.example.com/v1", method: "GET", header, connection_link_name: "ledger" });
  await ZFAPPS.request({ api_configuration_key: "list_items" });
  await ZFAPPS.request({ url: "https://api.example.com/v1", type: "GET", connection_link_name: "Ledger" });
  await ZFAPPS.request({ method: "GET", headers: header, connection_link_name: "ledger" });
});
"""
    assert said(run(FINANCE, api=script)) == [
        "SIG108 app/api.js:6 type",
        'SIG201 app/api.js:6 "Ledger"',
        "SIG103 app/api.js:7 {",
        "SIG108 app/api.js:7 headers",
    ]


@pytest.mark.parametrize("product", ["CRM", "RECRUIT"])
def test_the_connection_may_be_the_first_argument_and_declared_nowhere(product: str) -> None:
    script = f"""
ZOHO.embeddedApp.init();
async function load(id) {{
  const settings = {{ url: `https://api.example.com/v1/${{id}}`, method: "GET", params: {{ all: true }} }};
  return ZOHO.{product}.CONNECTION.invoke("ledger", settings);
}}
"""
    result = run({"service": product}, api=script)
    assert (result.requests, result.resolved) == (1, 1)
    assert said(result) == ["SIG108 app/api.js:4 params"]


def test_servicedesk_takes_methods_in_lower_case() -> None:
    script = """
SDP.invokeUrl({ url: "https://api.example.com/v1", method: "post", payload: "{}", connectionLinkName: "any" }).catch(alert);
SDP.invokeUrl({ url: "https://api.example.com/v1", method: "fetch", connectionLinkName: "any" }).catch(alert);
"""
    assert said(run({"service": "SDP"}, api=script)) == ['SIG104 app/api.js:3 "fetch"']


def test_projects_has_a_positional_call() -> None:
    script = """
zohoprojects.init().then(async () => {
  await zohoprojects.request("https://api.example.com/boards", { type: "GET" }, "boards");
  await zohoprojects.request("https://api.example.com/boards", { type: "GET" }, "board");
  await zohoprojects.request("api.example.com/boards", { method: "GET" }, "boards");
  await zohoprojects.request("https://api.example.com/open", { type: "GET" });
});
"""
    result = run(PROJECTS, api=script)
    assert (result.requests, result.resolved) == (4, 4)
    assert said(result) == [
        'SIG201 app/api.js:4 "board"',
        'SIG109 app/api.js:5 "api.example.com/boards"',
        "SIG108 app/api.js:5 method",
    ]


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of tables of its own, with the manifest's schema alone."""
    caches = (sdk.load_products, sdk.known_services, sdk.known_keys, _validator, _defects)
    (tmp_path / "manifest.schema.json").write_text((TABLES / "manifest.schema.json").read_text("utf-8"), "utf-8")
    monkeypatch.setattr(sdk, "_folder", lambda: tmp_path)
    for cached in caches:
        cached.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    for cached in caches:
        cached.cache_clear()


def test_a_new_product_is_a_new_table(tables: Path) -> None:
    source = [{"address": "https://example.com/sdk", "date": "2026-11"}]
    table = {
        "title": "Tables",
        "namespace": "TableKit.web",
        "script": {"file": "tablekit.js", "addresses": ["https://sdk.example.com/tablekit.js"], "sources": source},
        "init": {"name": "start", "returns": "client", "sources": source},
        "calls": [
            {
                "path": "http.send",
                "arguments": {"least": 3, "most": 3},
                "options_argument": 2,
                "roles": {
                    "url": {"argument": 0},
                    "connection": {"argument": 1},
                    "method": {"argument": 2, "option": "verb"},
                },
                "methods": {"allowed": ["READ", "WRITE"]},
                "options": [{"name": "verb", "types": ["string"], "required": True}],
                "synonyms": {"method": "verb"},
                "sources": source,
            }
        ],
        "manifest": {
            "services": ["CREATOR"],
            "declarations": [{"key": "links", "shape": "array", "link_name": ["id"]}],
            "sources": source,
        },
    }
    (tables / "tablekit.json").write_text(json.dumps(table), "utf-8")
    script = """
const kit = TableKit.web.start();
kit.http.send("https://api.example.com/a", "rows", { verb: "READ" }).catch(alert);
kit.http.send("https://api.example.com/b", "row", { verb: "DROP" }).catch(alert);
TableKit.web.http.send("http://api.example.com/c", "rows", { method: "READ" }).catch(alert);
"""
    result = run({"service": "CREATOR", "links": [{"id": "rows"}]}, api=script)
    assert (result.requests, result.resolved) == (3, 3)
    assert said(result) == [
        'SIG201 app/api.js:4 "row"',
        'SIG104 app/api.js:4 "DROP"',
        'SIG110 app/api.js:5 "http://api.example.com/c"',
        "SIG108 app/api.js:5 method",
    ]


def test_the_engine_names_no_sister_product() -> None:
    words = {product.root for product in sdk.load_products()} | {
        service for product in sdk.load_products() for service in product.manifest.services
    }
    pattern = re.compile(rf"""["'](?:{"|".join(map(re.escape, sorted(words - {"WRITER", "SigmaSDK"})))})["'.]""")
    code = {path: re.sub(r'""".*?"""', "", path.read_text("utf-8"), flags=re.DOTALL) for path in SOURCES.rglob("*.py")}
    assert [str(path) for path, text in code.items() if pattern.search(text)] == []


def test_component_files_are_read_like_pages() -> None:
    vue = """<template><button @click="load">Load</button></template>
<script setup lang="ts">
const props = defineProps<{ id: string }>();
async function load(): Promise<void> {
  await ZOHODESK.request({ url: `https://api.example.com/${props.id}`, type: "GET", connectionLinkName: "map" });
}
</script>
"""
    svelte = """<script>
  let rows = $state([]);
  $: count = rows.length;
  const load = () => ZOHODESK.request({ url: "https://api.example.com/", method: "GET" }).catch(console.error);
</script>
<button on:click={load}>Load {count}</button>
"""
    texts = {"plugin-manifest.json": json.dumps(DESK), "src/App.vue": vue, "src/App.svelte": svelte}
    codes = {"SIG108", "SIG120", "SIG201", "SIG001"}
    result = lint(MemoryFiles(texts), Settings(enabled=lambda code, path: code in codes), load_rules())
    assert result.requests == 2
    assert said(result) == ["SIG108 src/App.svelte:4 method", 'SIG201 src/App.vue:5 "map"']
