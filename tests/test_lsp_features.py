"""What the language server says and does at a place."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pygls")

import lsp_extension
from lsp_extension import MANIFEST, PAGE, SCRIPT, applied, linted, offset, view
from lsprotocol import types

from sigmalint.lsp import actions, completion, hover, navigation
from sigmalint.lsp.diagnostics import Writer
from sigmalint.lsp.view import View
from sigmalint.lsp.workspace import Workspace
from sigmalint.sources.text import Span

ALL = ("app/widget.html", "app/js/send.js", "plugin-manifest.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lsp_extension.write(tmp_path)


@pytest.fixture
def workspace(folder: Path) -> Workspace:
    return linted(folder, *ALL)


def edited(workspace: Workspace, folder: Path, name: str, text: str) -> View:
    path = str(folder / name)
    workspace.open(path, text)
    workspace.refresh()
    return view(workspace, folder, name)


def labels(here: View, marked: str, *, snippets: bool = False) -> list[str]:
    return [item.label for item in completion.complete(here, offset(here.file.text, marked), snippets=snippets)]


def completed(here: View, marked: str, label: str) -> str:
    """The text after an offered item was chosen."""
    items = completion.complete(here, offset(here.file.text, marked), snippets=False)
    chosen = next(item for item in items if item.label == label)
    assert isinstance(chosen.text_edit, types.TextEdit)
    return applied(here.file.text, [chosen.text_edit])


def shown(here: View, marked: str) -> str:
    found = hover.hover(here, offset(here.file.text, marked))
    return "" if found is None else found[0]


class TestCompletion:
    def test_connections_in_their_option(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "app/widget.html")
        item = completion.complete(here, offset(PAGE, '"crm_m|ian"'), snippets=False)[0]

        assert item.label == "crm_main"
        assert item.detail == "zoho_crm · ZohoCRM.modules.READ"
        assert '"crm_main"' in completed(here, '"crm_m|ian"', "crm_main")

    def test_connections_in_a_handler(self, workspace: Workspace, folder: Path) -> None:
        assert labels(view(workspace, folder, "app/widget.html"), "connectionLinkName: 'crm_|main'") == ["crm_main"]

    def test_connections_where_the_string_is_not_closed_yet(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/widget.html", PAGE.replace('"stock",', '"'))

        assert labels(here, 'connectionLinkName: "|\n') == ["crm_main"]

    def test_connections_of_a_manifest_that_is_not_saved(self, workspace: Workspace, folder: Path) -> None:
        edited(workspace, folder, "plugin-manifest.json", MANIFEST.replace("crm_main", "stock_main"))

        assert labels(view(workspace, folder, "app/widget.html"), '"crm_m|ian"') == ["stock_main"]

    def test_options_that_are_not_given_yet(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/widget.html", PAGE.replace('type: "POST"', "t"))

        found = labels(here, "      t|\n")
        assert found[0] == "type"
        assert "connectionLinkName" not in found
        assert "url" not in found
        assert "postBody" in found

    def test_an_option_is_written_with_its_colon_once(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/widget.html", PAGE.replace('type: "POST"', "t"))

        assert "      type: \n" in completed(here, "      t|\n", "type")
        here = edited(workspace, folder, "app/widget.html", PAGE.replace('type: "POST"', 't: "POST"'))
        assert '      type: "POST"\n' in completed(here, "      t|:", "type")

    def test_methods_as_values_of_type(self, workspace: Workspace, folder: Path) -> None:
        assert labels(view(workspace, folder, "app/widget.html"), '"PO|ST"') == ["GET", "POST", "PUT", "DELETE"]

    def test_header_names(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/widget.html", PAGE.replace('type: "POST"', "headers: { '' }"))

        assert "Content-Type" in labels(here, "'|'")

    @pytest.mark.parametrize(
        ("typed", "label", "plain", "snippet", "compared"),
        [
            ("headers: { Con| }", "Content-Disposition", '"Content-Disposition": ', '"Content-Disposition": "$1"', None),
            ("headers: { 'Cont|' }", "User-Agent", "'User-Agent': ", "'User-Agent': \"$1\"", "'User-Agent"),
            ('headers: { "|" }', "X-Requested-With", '"X-Requested-With": ', None, '"X-Requested-With'),
            ('headers: { "| }', "If-Match", '"If-Match": ', '"If-Match": "$1"', '"If-Match'),
            ("headers: { 'Ac|': 1 }", "Accept", "Accept", "Accept", None),
            ("headers: { Ac|: 1 }", "Accept", '"Accept"', '"Accept"', None),
            ("'ty|'", "type", "'type': ", "'type': \"${1|GET,POST,PUT,DELETE|}\"", "'type"),
            ("'ty|' : 1", "type", "type", "type", None),
            ("['ty|']: 1", "type", "type", "type", None),
            ("fi|", "fileObj", "fileObj: ", "fileObj: [$1]", None),
        ],
    )
    def test_what_is_inserted_for_a_key(
        self, workspace: Workspace, folder: Path, typed: str, label: str, plain: str, snippet: str | None, compared: str | None
    ) -> None:
        text = f"SigmaSDK.WRITER.request({{ {typed} }});\n"
        here = edited(workspace, folder, "app/js/send.js", text.replace("|", ""))
        for snippets, inserted in ((False, plain), (True, snippet or '"X-Requested-With": "${1|XMLHttpRequest|}"')):
            items = completion.complete(here, text.index("|"), snippets=snippets)
            (item,) = (item for item in items if item.label == label)

            assert isinstance(item.text_edit, types.TextEdit)
            assert item.text_edit.new_text == inserted
            is_snippet = item.insert_text_format is types.InsertTextFormat.Snippet
            assert (is_snippet, item.filter_text) == (snippets and ": " in inserted, compared)

    def test_a_key_in_quotes_is_replaced_with_them(self, workspace: Workspace, folder: Path) -> None:
        text = "SigmaSDK.WRITER.request({ headers: { 'Con' }, 'ty' });\n"
        here = edited(workspace, folder, "app/js/send.js", text)

        assert completed(here, "'Con|'", "Content-Type") == text.replace("'Con'", "'Content-Type': ")
        assert completed(here, "'ty|'", "type") == text.replace("'ty'", "'type': ")

    @pytest.mark.parametrize(
        ("key", "first"), [("'content-type'", "application/json"), ("Accept", "application/json"), ("Via", "")]
    )
    def test_values_of_headers(self, workspace: Workspace, folder: Path, key: str, first: str) -> None:
        text = f"const headers = {{ {key}: '' }};\nSigmaSDK.WRITER.request({{ headers }});\n"
        here = edited(workspace, folder, "app/js/send.js", text)

        assert next(iter(labels(here, ": '|'")), "") == first

    def test_headers_that_are_given_in_another_case(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/js/send.js", "SigmaSDK.WRITER.request({ headers: { 'accept': 1,  } });\n")

        assert labels(here, "1, | }")[0] == "Accept-Language"

    def test_methods_of_the_sdk(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/js/send.js", SCRIPT + "SigmaSDK.WRITER.storage.\nSigmaSDK.\nWriterClient.re")

        assert labels(here, "storage.|") == ["user", "document"]
        assert labels(here, "\nSigmaSDK.|\n") == ["WRITER"]
        assert "request" in labels(here, "WriterClient.re|")

    def test_methods_of_what_the_sdk_was_given_to(self, workspace: Workspace, folder: Path) -> None:
        own = "const writer = SigmaSDK.WRITER;\nconst told = window.SigmaSDK.WRITER.init(send);\nwriter.\ntold.\nsend.\n"
        here = edited(workspace, folder, "app/js/send.js", own)

        assert "request" in labels(here, "\nwriter.|")
        assert "request" in labels(here, "\ntold.|")
        assert labels(here, "\nsend.|") == []

    def test_values_of_an_option_by_another_name(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/widget.html", PAGE.replace('type: "POST"', 'method: ""'))

        assert labels(here, 'method: "|"') == ["GET", "POST", "PUT", "DELETE"]

    @pytest.mark.parametrize(
        ("typed", "label", "chosen"),
        [
            ("connectionLinkName: 'cr|'", "crm_main", "connectionLinkName: 'crm_main'"),
            ("connectionLinkName: &quot;cr|m&quot;", "crm_main", "connectionLinkName: &quot;crm_main&quot;"),
            ("connectionLinkName: &#39;|, x", "crm_main", "connectionLinkName: &#39;crm_main, x"),
            ("connectionLinkName: |", "crm_main", "connectionLinkName: 'crm_main'"),
            ("type: P|", "POST", "type: 'POST'"),
            ("headers: { | }", "Accept", "headers: { 'Accept':  }"),
            ("&quot;ty|&quot;: 1", "type", "&quot;type&quot;: 1"),
        ],
    )
    def test_in_an_attribute(self, workspace: Workspace, folder: Path, typed: str, label: str, chosen: str) -> None:
        code = '<b onclick="if (a < b) SigmaSDK.WRITER.request({url: &quot;https://a&quot;, %s})">b</b>'
        text = PAGE.replace("<body>", f"<body>{code % typed.replace('|', '')}")
        here = edited(workspace, folder, "app/widget.html", text)

        assert completed(here, f"&quot;https://a&quot;, {typed}", label) == PAGE.replace("<body>", f"<body>{code % chosen}")

    @pytest.mark.parametrize(
        ("attribute", "chosen"),
        [
            ("onclick='SigmaSDK.WRITER.request({type: |})'", "onclick='SigmaSDK.WRITER.request({type: \"PUT\"})'"),
            ("onclick=SigmaSDK.WRITER.request({type:|})", "onclick=SigmaSDK.WRITER.request({type:&#34;PUT&#34;})"),
            (
                'href="javascript:SigmaSDK.WRITER.request({type:|})"',
                "href=\"javascript:SigmaSDK.WRITER.request({type:'PUT'})\"",
            ),
        ],
    )
    def test_in_attributes_of_all_kinds(self, workspace: Workspace, folder: Path, attribute: str, chosen: str) -> None:
        text = PAGE.replace("<body>", f"<body><a {attribute.replace('|', '')}>a</a>")
        here = edited(workspace, folder, "app/widget.html", text)

        assert completed(here, attribute, "PUT") == PAGE.replace("<body>", f"<body><a {chosen}>a</a>")

    @pytest.mark.parametrize("rest", ["", "\n" * 5_000 + '">'])
    @pytest.mark.parametrize("quote", ['"', "'", ""])
    def test_in_an_attribute_that_has_no_end_yet(self, workspace: Workspace, folder: Path, quote: str, rest: str) -> None:
        text = f"<b onclick={quote}SigmaSDK.WRITER.request({{co"
        here = edited(workspace, folder, "app/widget.html", text + rest)

        assert next(iter(completion.complete(here, len(text), snippets=False))).label == "connectionLinkName"

    def test_snippets_in_an_attribute(self, workspace: Workspace, folder: Path) -> None:
        text = PAGE.replace("<body>", '<body><b onclick="SigmaSDK.WRITER.request({ })">b</b>')
        here = edited(workspace, folder, "app/widget.html", text)
        items = completion.complete(here, offset(text, "request({| })"), snippets=True)

        edits = [item.text_edit.new_text for item in items if item.text_edit is not None]
        assert edits[:3] == ["connectionLinkName: '$1'", "type: '${1|GET,POST,PUT,DELETE|}'", "url: '$1'"]

    @pytest.mark.parametrize(
        ("typed", "label", "chosen"),
        [
            ('connectionLinkName: "| })', "crm_main", 'connectionLinkName: "crm_main })'),
            ("connectionLinkName: 'cr|, headers: {} })", "crm_main", "connectionLinkName: 'crm_main, headers: {} })"),
            (
                'connectionLinkName: "|, headers: { "A": "*/*" } })',
                "crm_main",
                'connectionLinkName: "crm_main, headers: { "A": "*/*" } })',
            ),
            ("headers: { Content-T| } })", "Content-Type", 'headers: { "Content-Type":  } })'),
            ("includeContent: | })", "true", "includeContent: true })"),
        ],
    )
    def test_what_is_behind_the_cursor_stays(
        self, workspace: Workspace, folder: Path, typed: str, label: str, chosen: str
    ) -> None:
        here = edited(workspace, folder, "app/js/send.js", f"SigmaSDK.WRITER.request({{ {typed.replace('|', '')}\n")

        assert completed(here, typed, label) == f"SigmaSDK.WRITER.request({{ {chosen}\n"

    @pytest.mark.parametrize("typed", ['type: "GET"|', 'type: "GET" |', "type: x |", "type: f() |", 'headers: { "Accept"| }'])
    def test_nothing_behind_a_value(self, workspace: Workspace, folder: Path, typed: str) -> None:
        here = edited(workspace, folder, "app/js/send.js", f"SigmaSDK.WRITER.request({{ {typed.replace('|', '')} }});\n")

        assert labels(here, typed) == []

    def test_keys_of_elements(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/js/send.js", "SigmaSDK.WRITER.request({ fileObj: [{ key: 'a' }, { }] });\n")

        assert labels(here, "'a' }, {| }") == ["key", "file"]

    @pytest.mark.parametrize(
        ("marked", "found"),
        [
            ('o.connectionLinkName = "|"', ["crm_main"]),
            ('x["connectionLinkName"] = "|"', ["crm_main"]),
            ('o.type = "|"', ["GET", "POST", "PUT", "DELETE"]),
            ("o.type = |;", ["GET", "POST", "PUT", "DELETE"]),
            ('x.type = "|"', []),
            ('o["contentFormat"] = a ? "|" : ""', ["txt", "zip", "html", "pdf", "docx", "rtf"]),
            ("o.sendAsFile = |;", ["true", "false"]),
        ],
    )
    def test_values_that_are_assigned(self, workspace: Workspace, folder: Path, marked: str, found: list[str]) -> None:
        text = f"const o = {{}}, x = {{}};\n{marked.replace('|', '')}\nSigmaSDK.WRITER.request(o);\n"
        here = edited(workspace, folder, "app/js/send.js", text)

        assert labels(here, marked) == found

    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("  p.|\n", "connectionLinkName"),
            ("o.t|\n", "connectionLinkName"),
            ("o['|']\n", "connectionLinkName"),
            ("q.|\n", None),
            ("x.|\n", None),
        ],
    )
    def test_options_that_are_assigned(self, workspace: Workspace, folder: Path, typed: str, first: str | None) -> None:
        text = (
            'const o = {}, x = {};\nfunction f(p) {\n  p.url = "";\n// here\n  g(p);\n}\nf(o);\n'
            "function g(q) {\n  SigmaSDK.WRITER.request(q);\n}\n"
        )
        edited(workspace, folder, "app/js/send.js", text)
        place = text.index("// here")
        workspace.change(str(folder / "app/js/send.js"), lambda file: file.replace(place, place, typed.replace("|", "")))

        assert next(iter(labels(view(workspace, folder, "app/js/send.js"), typed)), None) == first

    @pytest.mark.parametrize(
        "code",
        [
            "function f() { return { | }; }\nREQUEST(f());",
            "const f = (p) => ({ | });\nREQUEST(f(1));",
            "async function f() { return { | }; }\nf().then((o) => REQUEST(o));",
            "class A { make() { return { | }; } run() { REQUEST(this.make()); } }",
            "let options;\noptions = { | };\nREQUEST(options);",
            "REQUEST(Object.assign({ | }, {}));",
            "REQUEST(Object.assign({}, { | }));",
            "const o = Object.assign({}, x, { | });\nREQUEST(o);",
            "const base = {};\nREQUEST({ ...base, | });",
            "const base = { postBody: {}, | };\nREQUEST({ ...base, a: 1 });",
            "const merge = (a, b) => ({ ...a, ...b });\nREQUEST(merge({}, { postBody: {}, | }));",
            "REQUEST({ ...(x && { | }) });",
            "REQUEST(x ? {} : { | });",
            "REQUEST({ ['|']: 1 });",
            "const o = {};\nfunction f() { o.|; }\nfunction g() { REQUEST(o); }",
            "function f(o) { if (o) { o.|; } REQUEST(o); }",
            "const f = (o) => { o.|; return REQUEST(o); };",
        ],
    )
    def test_options_of_objects_that_become_a_requests(self, workspace: Workspace, folder: Path, code: str) -> None:
        code = code.replace("REQUEST", "SigmaSDK.WRITER.request")
        here = edited(workspace, folder, "app/js/send.js", code.replace("|", "", 1))

        assert labels(here, code)[:2] == ["connectionLinkName", "type"]

    @pytest.mark.parametrize(
        "code",
        [
            'const o = { url: "", type: "", | };',
            'const o = { url: "", type: "", | };\n$.ajax(o);\nSigmaSDK.WRITER.request({});',
            "merge({ | }, SigmaSDK.WRITER.request);",
            "const o = { data: { type: 1 }, | };\nSigmaSDK.WRITER.request({ ...o.data });",
            "function f() { const o = { | }; fetch(o); }\nfunction g(o) { SigmaSDK.WRITER.request(o); }",
            "function f() { const o = {}; o.|; }\nfunction g(o) { SigmaSDK.WRITER.request(o); }",
            'fetch("", { headers: { | } });\nSigmaSDK.WRITER.request({ headers: {} });',
            "SigmaSDK.WRITER.request({ ...|base });",
        ],
    )
    def test_nothing_in_other_objects(self, workspace: Workspace, folder: Path, code: str) -> None:
        here = edited(workspace, folder, "app/js/send.js", code.replace("|", "", 1))

        assert labels(here, code) == []

    @pytest.mark.parametrize("key", ["['type']", "[`type`]", "[KEY]", "[KEYS.method]"])
    def test_values_of_a_key_that_is_computed(self, workspace: Workspace, folder: Path, key: str) -> None:
        text = f'const KEY = "type", KEYS = {{ method: "type" }};\nSigmaSDK.WRITER.request({{ {key}: "" }});\n'
        here = edited(workspace, folder, "app/js/send.js", text)

        assert labels(here, ': "|" }') == ["GET", "POST", "PUT", "DELETE"]
        assert completed(here, ': "|" }', "PUT") == text.replace(': ""', ': "PUT"')

    def test_connections_of_a_key_that_is_computed(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/js/send.js", "SigmaSDK.WRITER.request({ ['connectionLinkName']: '' });\n")

        assert labels(here, ": '|' }") == ["crm_main"]

    @pytest.mark.parametrize(
        ("given", "used"),
        [
            ("const { WRITER: w } = SigmaSDK;", "w"),
            ("const { WRITER } = SigmaSDK;", "WRITER"),
            ("const { 'WRITER': w = {} } = window.SigmaSDK;", "w"),
            ("const w = globalThis.SigmaSDK?.WRITER;", "w"),
            ("const sdk = self.SigmaSDK, { WRITER: w } = sdk;", "w"),
            ("this.w = SigmaSDK.WRITER.init(send);", "this.w"),
            ("", "globalThis.SigmaSDK.WRITER"),
            ("", "window.self.SigmaSDK?.WRITER"),
        ],
    )
    def test_an_sdk_by_another_name(self, workspace: Workspace, folder: Path, given: str, used: str) -> None:
        text = f"{given}\n// here\n{used}.\n// then\n{used}.request({{  }});\n{used}.request({{ type: `` }});\n"
        here = edited(workspace, folder, "app/js/send.js", text)

        assert labels(here, f"here\n{used}.|") == ["init", "showMessage", "storage", "request", "dispatch"]
        assert labels(here, "({ | })")[:2] == ["connectionLinkName", "type"]
        assert completed(here, "`|`", "PUT") == text.replace("``", "`PUT`")

    @pytest.mark.parametrize(
        ("given", "used"),
        [
            ("const { request } = SigmaSDK.WRITER;", "request"),
            ("var { WRITER: { request: r, storage: { user } } } = SigmaSDK;", "r"),
            ("const w = SigmaSDK.WRITER;\nconst { request: r } = w;", "r"),
            ("const r = WriterClient.request;", "r"),
        ],
    )
    def test_a_request_by_another_name(self, workspace: Workspace, folder: Path, given: str, used: str) -> None:
        text = f"{given}\nconst o = {{}};\n{used}(o);\n{used}({{  }});\no.\n"
        here = edited(workspace, folder, "app/js/send.js", text)

        assert labels(here, "({ | })")[:2] == ["connectionLinkName", "type"]
        assert labels(here, "\no.|")[:2] == ["connectionLinkName", "type"]

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("Sig|", ["SigmaSDK"]),
            ("x = s|;", ["SigmaSDK"]),
            ("f(`${Sig|}`)", ["SigmaSDK"]),
            ("f({ a: Sig| })", ["SigmaSDK"]),
            ("const Sig|", []),
            ("a.Sig|", []),
            ("f({ Sig| })", []),
            ("'Sig|'", []),
            ("x|", []),
            ("|", []),
        ],
    )
    def test_the_variable_of_the_sdk(self, workspace: Workspace, folder: Path, typed: str, found: list[str]) -> None:
        here = edited(workspace, folder, "app/js/send.js", f"{typed.replace('|', '')}\n")

        assert [item.label for item in completion.complete(here, typed.index("|"), snippets=False)] == found

    @pytest.mark.parametrize("code", ["top.SigmaSDK.WRITER.|", "a.WRITER.|", "\n.|then", "const w = a.SigmaSDK;\nw.|"])
    def test_what_is_no_sdk(self, workspace: Workspace, folder: Path, code: str) -> None:
        assert labels(edited(workspace, folder, "app/js/send.js", code.replace("|", "")), code) == []

    def test_code_in_templates(self, workspace: Workspace, folder: Path) -> None:
        text = "SigmaSDK.WRITER.request({ url: `https://${SigmaSDK.}/${f({ a: '' })}`, type: `P${x}` });\n"
        here = edited(workspace, folder, "app/js/send.js", text)

        assert labels(here, "${SigmaSDK.|}") == ["WRITER"]
        assert completed(here, "${SigmaSDK.|}", "WRITER") == text.replace("${SigmaSDK.}", "${SigmaSDK.WRITER}")
        assert labels(here, "a: '|'") == []
        assert labels(here, "`P|${x}`") == []

    def test_options_and_headers_of_an_object_with_a_name(self, workspace: Workspace, folder: Path) -> None:
        text = "const o = { };\no.headers = { '' };\nSigmaSDK.WRITER.request(o);\n"
        here = edited(workspace, folder, "app/js/send.js", text)

        assert labels(here, "{| }")[0] == "connectionLinkName"
        assert labels(here, "'|'")[0] == "Accept"

    def test_values_that_reach_a_request(self, workspace: Workspace, folder: Path) -> None:
        text = (
            'const NAMES = { crm: "" };\nfunction f(type) {\n'
            '  SigmaSDK.WRITER.request({ connectionLinkName: NAMES.crm, type });\n}\nf("P");\n'
        )
        here = edited(workspace, folder, "app/js/send.js", text)

        assert labels(here, 'crm: "|"') == ["crm_main"]
        assert labels(here, '"P|"') == ["GET", "POST", "PUT", "DELETE"]

    def test_the_method_that_sends_events(self, workspace: Workspace, folder: Path) -> None:
        text = "SigmaSDK.WRITER.dispatch();\n"
        here = edited(workspace, folder, "app/js/send.js", text)
        items = completion.complete(here, offset(text, "WRITER.|dispatch"), snippets=False)

        (documentation,) = (item.documentation for item in items if item.label == "dispatch")
        assert isinstance(documentation, types.MarkupContent)
        assert documentation.value == shown(here, "dis|patch")
        assert "- `insertContent`: " in documentation.value

    def test_events(self, workspace: Workspace, folder: Path) -> None:
        found = labels(view(workspace, folder, "app/widget.html"), '"INSERT|_TEXT"')

        assert len(found) > 3
        here = edited(workspace, folder, "app/js/send.js", "SigmaSDK.WRITER.dispatch(, {});\n")
        assert labels(here, "dispatch(|,") == found
        assert 'dispatch("insertContent", {})' in completed(here, "dispatch(|,", "insertContent")

    def test_rules_in_a_suppression(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/js/send.js", SCRIPT + "// sigmalint-disable-next-line SIG\n")

        assert "SIG201" in labels(here, "line SIG|\n")

    def test_nothing_in_comments_and_markup(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/widget.html", PAGE.replace("<body>", "<body><b>connectionLinkName: '' </b>"))

        assert labels(here, "connectionLinkName: '|' ") == []

    def test_keys_of_the_manifest(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "plugin-manifest.json", MANIFEST.replace('"title": "Leads",', '"",'))

        found = labels(here, '"|",\n        "location"')
        assert {"title", "icon"} <= set(found)
        assert "location" not in found

    @pytest.mark.parametrize(
        ("typed", "label", "plain", "snippet"),
        [
            ('"ti|"', "title", '"title": ', '"title": "$1"'),
            ('"ti|"\n', "title", '"title": ,', '"title": "$1",'),
            ("ti|,", "title", '"title": ', '"title": "$1"'),
            ('"ti|": 1,', "title", "title", "title"),
            ('"loc|",', "location", '"location": ', '"location": "${1|writer.extensions,writer.extensions.popup|}"'),
        ],
    )
    def test_what_is_inserted_for_a_key_of_the_manifest(
        self, workspace: Workspace, folder: Path, typed: str, label: str, plain: str, snippet: str
    ) -> None:
        following = '"url": ""' if typed.endswith((",", "\n")) else ""
        text = f'{{ "service": "WRITER", "modules": {{ "widgets": [{{ {typed} {following}}}] }} }}'
        here = edited(workspace, folder, "plugin-manifest.json", text.replace("|", ""))
        for snippets, inserted in ((False, plain), (True, snippet)):
            items = completion.complete(here, text.index("|"), snippets=snippets)
            (item,) = (item for item in items if item.label == label)

            assert isinstance(item.text_edit, types.TextEdit)
            assert item.text_edit.new_text == inserted

    @pytest.mark.parametrize(
        ("typed", "chosen"),
        [('"userAccess": |', '"userAccess": true'), ('"isUserDefinedService": t|', '"isUserDefinedService": true')],
    )
    def test_booleans_of_the_manifest(self, workspace: Workspace, folder: Path, typed: str, chosen: str) -> None:
        text = MANIFEST.replace('"scope": ["ZohoCRM.modules.READ"]', typed.replace("|", ""))
        here = edited(workspace, folder, "plugin-manifest.json", text)

        assert labels(here, typed) == ["true", "false"]
        assert completed(here, typed, "true") == MANIFEST.replace('"scope": ["ZohoCRM.modules.READ"]', chosen)

    def test_keys_without_quotes_and_strings_without_an_end(self, workspace: Workspace, folder: Path) -> None:
        text = MANIFEST.replace('"location": "writer.extensions"', "lo")
        assert '        "location": ,' in completed(
            edited(workspace, folder, "plugin-manifest.json", text), " lo|,", "location"
        )
        text = MANIFEST.replace('"/app/widget.html"', "/app/wi")
        here = edited(workspace, folder, "plugin-manifest.json", text)
        assert completed(here, "/app/wi|", "/app/widget.html") == MANIFEST
        text = MANIFEST.replace('"/app/widget.html"', '"/app/, "icon": ""')
        here = edited(workspace, folder, "plugin-manifest.json", text)
        assert '"url": "/app/widget.html, "icon": ""' in completed(here, '"/app/|, ', "/app/widget.html")

    def test_what_is_typed_is_what_items_begin_with(self, workspace: Workspace, folder: Path) -> None:
        text = "SigmaSDK.WRITER.request({ connectionLinkName: crm, headers: { Con }, ty })\n"
        here = edited(workspace, folder, "app/js/send.js", text)

        for marked, label in (("crm|,", "crm_main"), ("Con| }", "Content-Type"), ("ty| }", "type")):
            items = completion.complete(here, offset(text, marked), snippets=True)
            (item,) = (item for item in items if item.label == label)
            assert item.filter_text is None

    def test_every_key_says_its_type(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "plugin-manifest.json", "{  }")
        details = {item.label: item.detail for item in completion.complete(here, 2, snippets=False)}

        assert details["service"] == "string, required"
        assert details["updateBefore"] == "any value"

    def test_values_of_the_manifest(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "plugin-manifest.json")

        assert "writer.extensions" in labels(here, '"writer|.extensions"')
        assert labels(here, '"/app/|widget.html"') == ["/app/widget.html"]
        assert labels(here, '"WRI|TER"')[0] == "WRITER"


class TestHover:
    def test_a_connection(self, workspace: Workspace, folder: Path) -> None:
        text = shown(view(workspace, folder, "app/js/send.js"), '"crm|_main"')

        assert text.startswith("**crm_main** - connection “CRM”")
        assert "ZohoCRM.modules.READ" in text
        assert "used by 2 requests" in text

    def test_a_connection_that_a_variable_holds(self, workspace: Workspace, folder: Path) -> None:
        text = 'const NAME = "crm_main";\nSigmaSDK.WRITER.request({ connectionLinkName: NAME, url: NAME, type: "GET" });\n'
        here = edited(workspace, folder, "app/js/send.js", text)

        assert shown(here, "connectionLinkName: NA|ME").startswith("**crm_main** - connection “CRM”")
        assert shown(here, "url: NA|ME").startswith("**url** - string, required")
        found = navigation.definition(here, offset(text, "connectionLinkName: NA|ME"))
        assert [location.uri for location in found] == [(folder / "plugin-manifest.json").as_uri()]
        assert navigation.renamable(here, offset(text, "connectionLinkName: NA|ME")) is None

    def test_an_option_with_its_source(self, workspace: Workspace, folder: Path) -> None:
        text = shown(view(workspace, folder, "app/widget.html"), 't|ype: "POST"')

        assert "`GET`, `POST`, `PUT`, `DELETE`" in text
        assert "https://www.zoho.com/writer/" in text

    def test_a_method_and_an_event(self, workspace: Workspace, folder: Path) -> None:
        assert "SigmaSDK.WRITER.init" in shown(view(workspace, folder, "app/widget.html"), "SigmaSDK.WRITER.in|it")
        here = edited(workspace, folder, "app/js/send.js", "const { WRITER } = SigmaSDK;\nWRITER.showMessage({});\n")
        assert "SigmaSDK.WRITER.showMessage" in shown(here, "show|Message")
        assert shown(here, "WRI|TER.show") == "**SigmaSDK.WRITER** - SDK of Zoho Writer"

    def test_an_option_that_is_assigned(self, workspace: Workspace, folder: Path) -> None:
        text = 'const o = {}, NAME = "crm_main";\no.type = "GET";\no["url"] = "";\no.connectionLinkName = NAME;\n'
        here = edited(workspace, folder, "app/js/send.js", f"{text}SigmaSDK.WRITER.request(o);\n")

        for marked in ("o.ty|pe", '"G|ET"'):
            assert shown(here, marked).startswith("**type** - string, required")
        assert shown(here, '"u|rl"').startswith("**url** - string, required")
        assert shown(here, "= NA|ME").startswith("**crm_main** - connection “CRM”")

    def test_in_an_attribute_with_references(self, workspace: Workspace, folder: Path) -> None:
        options = "url: &quot;https://a/?b&amp;c&quot;, type: 'GET', connectionLinkName: &quot;crm_main&quot;"
        text = PAGE.replace("<body>", f'<body><b onclick="SigmaSDK.WRITER.request({{{options}}})">b</b>')
        here = edited(workspace, folder, "app/widget.html", text)

        assert shown(here, "t|ype: 'GET'").startswith("**type** - string, required")
        assert shown(here, "a/?b|&amp;c").startswith("**url** - string, required")
        assert shown(here, "&quot;crm|_main&quot;").startswith("**crm_main** - connection “CRM”")
        found = navigation.renamable(here, offset(here.file.text, "&quot;crm|_main&quot;"))
        assert found is not None
        assert here.positions.span(here.file, found[1]).text == "crm_main"

    def test_a_rule_in_a_suppression(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/js/send.js", SCRIPT + "// sigmalint-disable-line SIG201, missing-type\n")

        assert "# unknown-connection" in shown(here, "SIG2|01")
        assert "# missing-type" in shown(here, "missing-|type")

    def test_a_rule_in_the_configuration(self, workspace: Workspace, folder: Path) -> None:
        (folder / "sigmalint.toml").write_text('ignore = ["SIG102"]\n')

        assert "# missing-type" in shown(view(workspace, folder, "sigmalint.toml"), "SIG1|02")

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("package.json", '{"name": "SIG101", "sigmalint": {"ignore": ["SIG102"]}, "keywords": ["SIG103"]}'),
            ("pyproject.toml", 'a = "SIG101"\n[tool.sigmalint]\nignore = ["SIG102"]\n[tool.other]\nb = "SIG103"\n'),
        ],
    )
    def test_a_rule_in_a_file_with_other_settings_too(self, workspace: Workspace, folder: Path, name: str, text: str) -> None:
        (folder / name).write_text(text)

        assert [shown(view(workspace, folder, name), f"SIG10|{n}")[:8] for n in (1, 2, 3)] == ["", "`SIG102`", ""]

    def test_a_key_of_the_manifest(self, workspace: Workspace, folder: Path) -> None:
        assert "Where Writer shows the widget" in shown(view(workspace, folder, "plugin-manifest.json"), '"loca|tion"')

    def test_nothing_elsewhere(self, workspace: Workspace, folder: Path) -> None:
        assert shown(view(workspace, folder, "app/widget.html"), "con|st smile") == ""


class TestNavigation:
    def test_from_a_use_to_the_declaration(self, workspace: Workspace, folder: Path) -> None:
        found = navigation.definition(view(workspace, folder, "app/js/send.js"), offset(SCRIPT, '"crm|_main"'))

        assert [location.uri for location in found] == [(folder / "plugin-manifest.json").as_uri()]
        assert found[0].range.start == types.Position(15, 29)

    def test_from_a_widget_and_a_script_to_their_files(self, workspace: Workspace, folder: Path) -> None:
        found = navigation.definition(view(workspace, folder, "plugin-manifest.json"), offset(MANIFEST, "/app/w|idget"))
        assert [location.uri for location in found] == [(folder / "app/widget.html").as_uri()]
        found = navigation.definition(view(workspace, folder, "app/widget.html"), offset(PAGE, "js/|send.js"))
        assert [location.uri for location in found] == [(folder / "app/js/send.js").as_uri()]

    def test_references_across_files(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "plugin-manifest.json")

        found = navigation.references(here, offset(MANIFEST, '"crm|_main"'), declaration=True)
        names = [location.uri.rpartition("/")[2] for location in found]
        assert names == ["send.js", "widget.html", "plugin-manifest.json"]
        assert len(navigation.references(here, offset(MANIFEST, '"crm|_main"'), declaration=False)) == 2

    def test_renaming_everywhere(self, workspace: Workspace, folder: Path) -> None:
        edits = navigation.rename(view(workspace, folder, "app/js/send.js"), offset(SCRIPT, '"crm|_main"'), "crm-new")

        assert edits is not None
        for name, text in (("app/widget.html", PAGE), ("app/js/send.js", SCRIPT), ("plugin-manifest.json", MANIFEST)):
            assert edits.changes is not None
            after = applied(text, list(edits.changes[(folder / name).as_uri()]))
            assert after == text.replace("crm_main", "crm-new")

    def test_edits_of_versions(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "app/js/send.js")
        here = replace(here, versions={here.path: 7, str(folder / "app/widget.html"): None})
        edits = navigation.rename(here, offset(SCRIPT, '"crm|_main"'), "crm-new")

        assert edits is not None
        assert edits.changes is None
        found = [one for one in edits.document_changes or () if isinstance(one, types.TextDocumentEdit)]
        assert {one.text_document.uri.rpartition("/")[2]: one.text_document.version for one in found} == {
            "send.js": 7,
            "widget.html": None,
            "plugin-manifest.json": None,
        }

    @pytest.mark.parametrize("name", ["crm new", "", 'crm"new', "crm&new"])
    def test_no_renaming_to_what_is_no_link_name(self, workspace: Workspace, folder: Path, name: str) -> None:
        with pytest.raises(navigation.NotPossible, match=r"white space in it|cannot be written everywhere"):
            navigation.rename(view(workspace, folder, "app/js/send.js"), offset(SCRIPT, '"crm|_main"'), name)

    def test_no_renaming_of_what_is_put_together(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/js/send.js", SCRIPT.replace('"crm_main"', '"crm_" + "main"'))

        with pytest.raises(navigation.NotPossible, match=r"send\.js:4, it has to be renamed there by hand"):
            navigation.rename(here, offset(here.file.text, '"crm|_" +'), "crm_new")

    def test_links(self, workspace: Workspace, folder: Path) -> None:
        found = navigation.links(view(workspace, folder, "plugin-manifest.json"))

        assert [link.target for link in found] == [(folder / "app/widget.html").as_uri()]


class TestActions:
    def offered(self, here: View, marked: str, only: list[str] | None = None) -> dict[str, types.CodeAction]:
        place = offset(here.file.text, marked)
        findings = here.workspace.findings(here.path)
        writer = Writer(here.positions, lambda finding, path: path, related=False)
        found = actions.actions(here, writer, findings, Span(here.file, place, place), only)
        return {action.title: action for action in found}

    def after(self, here: View, action: types.CodeAction, name: str, text: str, encoding: str = "utf-16") -> str:
        assert action.edit is not None
        assert action.edit.changes is not None
        assert action.edit.document_changes is None
        (uri,) = action.edit.changes
        assert uri.endswith(name)
        return applied(text, list(action.edit.changes[uri]), encoding)

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
    def test_a_fix_behind_an_emoji(self, workspace: Workspace, folder: Path, encoding: str) -> None:
        here = view(workspace, folder, "app/widget.html", encoding)
        fix = self.offered(here, '"crm_m|ian"')['Replace by "crm_main"']

        assert fix.is_preferred
        assert self.after(here, fix, "widget.html", PAGE, encoding) == PAGE.replace("crm_mian", "crm_main")

    def test_a_missing_type_in_a_handler(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "app/widget.html")
        fix = self.offered(here, "request(|{connection")['Add type: "GET"']

        assert "request({ type: 'GET',connectionLinkName" in self.after(here, fix, "widget.html", PAGE)

    def test_a_missing_url_on_a_line_of_its_own(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/widget.html", PAGE.replace('      url: "https://www.zohoapis.com/c",\n', ""))
        fix = self.offered(here, "SigmaSDK.WRITER.request(|{\n")['Add url: "https://www.zohoapis.com/"']

        after = self.after(here, fix, "widget.html", here.file.text)
        assert '{\n      url: "https://www.zohoapis.com/",\n      connectionLinkName' in after

    @pytest.mark.parametrize("domains", [[], ["https://*.zoho.com", "http://a.com", "zoho.com"]])
    def test_a_missing_url_of_which_nothing_is_known(self, workspace: Workspace, folder: Path, domains: list[str]) -> None:
        edited(workspace, folder, "plugin-manifest.json", MANIFEST.replace('["https://www.zohoapis.com"]', json.dumps(domains)))
        call = 'SigmaSDK.WRITER.request({ connectionLinkName: "crm_main", type: "GET" }).catch(send);\n'
        here = edited(workspace, folder, "app/js/send.js", call)
        fix = self.offered(here, "request(|{")['Add url: ""']

        after = self.after(here, fix, "send.js", call)
        assert after == call.replace("{ conn", '{ url: "", conn')
        here = edited(workspace, folder, "app/js/send.js", after)
        assert [finding.message for finding in workspace.findings(here.path)] == ['"url" is empty']
        assert not any("url:" in title for title in self.offered(here, 'url: "|"'))

    def test_a_url_that_says_nothing(self, workspace: Workspace, folder: Path) -> None:
        domains = '["https://a.com/", "https://b.com:81", "https://a.com"]'
        edited(workspace, folder, "plugin-manifest.json", MANIFEST.replace('["https://www.zohoapis.com"]', domains))
        call = 'SigmaSDK.WRITER.request({ connectionLinkName: "crm_main", type: "GET", url: "" }).catch(send);\n'
        here = edited(workspace, folder, "app/js/send.js", call)
        offered = self.offered(here, 'url: "|"')

        assert [title for title in offered if "url:" in title] == [
            'Write url: "https://a.com/"',
            'Write url: "https://b.com:81/"',
        ]
        after = self.after(here, offered['Write url: "https://a.com/"'], "send.js", call)
        assert after == call.replace('""', '"https://a.com/"')
        here = edited(workspace, folder, "app/js/send.js", after)
        assert workspace.findings(here.path) == []

    def test_only_what_is_the_only_one_is_preferred(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "app/widget.html")
        offered = self.offered(here, "request(|{connection")

        assert [title for title in offered if title.startswith("Add")] == ['Add type: "GET"', 'Add type: "POST"']
        assert not any(action.is_preferred for action in offered.values())
        here = edited(workspace, folder, "app/widget.html", PAGE.replace("connectionLinkName: 'crm_main', ", ""))
        assert self.offered(here, "request(|{url")['Add connectionLinkName: "crm_main"'].is_preferred

    def test_a_type_that_says_nothing(self, workspace: Workspace, folder: Path) -> None:
        here = edited(workspace, folder, "app/widget.html", PAGE.replace("url: 'https", "type: '', url: 'https"))
        fix = self.offered(here, "type: |''")['Write type: "GET"']

        assert "type: 'GET', url: 'https" in self.after(here, fix, "widget.html", here.file.text)

    def test_a_missing_type_in_an_attribute_without_quotes(self, workspace: Workspace, folder: Path) -> None:
        call = "<b onclick=SigmaSDK.WRITER.request({connectionLinkName:'crm_main',url:'https://www.zohoapis.com/u'})>u</b>\n<button"
        here = edited(workspace, folder, "app/widget.html", PAGE.replace("<button", call))
        fix = self.offered(here, "request(|{connectionLinkName:'")['Add type: "GET"']

        after = self.after(here, fix, "widget.html", here.file.text)
        assert "request({&#32;type:&#32;&#34;GET&#34;,connectionLinkName:'" in after
        here = edited(workspace, folder, "app/widget.html", after)
        assert 'Add type: "GET"' not in self.offered(here, "request(|{&#32;")

    @pytest.mark.parametrize(
        ("connectors", "declared"),
        [
            ("[]", '[\n    {\n      "connectionLinkName": "stock",\n      "connectionName": "stock"\n    }\n  ]'),
            ('[{ "name": "a" }]', '[{ "name": "a" }, {"name": "stock"}]'),
            ('[\n    "a"\n  ]', '[\n    "a",\n    "stock"\n  ]'),
        ],
    )
    @pytest.mark.parametrize("ending", ["\n", "\r\n"])
    def test_a_declaration_like_the_others(
        self, workspace: Workspace, folder: Path, connectors: str, declared: str, ending: str
    ) -> None:
        head = MANIFEST[: MANIFEST.index('[\n    {\n      "connectionLinkName')]
        manifest = f"{head}{connectors}\n}}\n".replace("\n", ending)
        edited(workspace, folder, "plugin-manifest.json", manifest)
        here = view(workspace, folder, "app/widget.html")
        action = self.offered(here, '"st|ock"')['Declare the connection "stock" in plugin-manifest.json']

        after = self.after(here, action, "plugin-manifest.json", manifest)
        assert after == f"{head}{declared}\n}}\n".replace("\n", ending)

    @pytest.mark.parametrize("name", ["crm main", ""])
    def test_no_declaration_of_what_is_no_link_name(self, workspace: Workspace, folder: Path, name: str) -> None:
        here = edited(workspace, folder, "app/widget.html", PAGE.replace('"stock"', f'"{name}"'))

        assert not any("Declare" in title for title in self.offered(here, 'connectionLinkName: |"' + name + '"'))

    def test_a_declaration_beside_one_that_is_no_array(self, workspace: Workspace, folder: Path) -> None:
        manifest = '{\n  "service": "WRITER",\n  "zohoAuthorisation": {"connectionLinkName": "a"},\n  "config": [{}]\n}\n'
        edited(workspace, folder, "plugin-manifest.json", manifest)
        here = view(workspace, folder, "app/widget.html")
        action = self.offered(here, '"st|ock"')['Declare the connection "stock" in plugin-manifest.json']

        after = json.loads(self.after(here, action, "plugin-manifest.json", manifest))
        assert after["connectors"] == [{"connectionLinkName": "stock", "connectionName": "stock"}]
        assert after["config"] == [{}]

    def test_a_declaration_in_the_manifest(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "app/widget.html")
        action = self.offered(here, '"st|ock"')['Declare the connection "stock" in plugin-manifest.json']

        after = self.after(here, action, "plugin-manifest.json", MANIFEST)
        edited(workspace, folder, "plugin-manifest.json", after)
        assert "stock" not in " ".join(finding.message for finding in workspace.findings(here.path))
        assert after.startswith(MANIFEST[: MANIFEST.index("    }\n  ]")])
        assert '    },\n    {\n      "connectionLinkName": "stock"' in after

    def test_a_domain_for_the_manifest(self, workspace: Workspace, folder: Path) -> None:
        text = SCRIPT.replace(
            'connectionLinkName: "crm_main", url: "https://www.zohoapis.com/d"', 'url: "https://api.example.com/d"'
        )
        here = edited(workspace, folder, "app/js/send.js", text)
        action = self.offered(here, '"https://api.|example')["Whitelist https://api.example.com in the manifest"]

        after = self.after(here, action, "plugin-manifest.json", MANIFEST)
        assert '"whiteListedDomains": ["https://www.zohoapis.com", "https://api.example.com"]' in after

    @pytest.mark.parametrize("title", ["Suppress SIG201 on this line", "Suppress SIG201 in this file"])
    def test_a_suppression_in_a_script(self, workspace: Workspace, folder: Path, title: str) -> None:
        here = view(workspace, folder, "app/widget.html")
        action = self.offered(here, '"st|ock"')[title]

        here = edited(workspace, folder, "app/widget.html", self.after(here, action, "widget.html", PAGE))
        assert "stock" not in " ".join(finding.message for finding in workspace.findings(here.path))

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("/* a\n b */ ", "/* a\n b */ /* sigmalint-disable-line SIG201 */ "),
            ("f(`a\n b`); ", "f(`a\n b`/* sigmalint-disable-line SIG201 */ ); "),
            ("/* a */ ", "// sigmalint-disable-next-line SIG201\n/* a */ "),
        ],
    )
    def test_a_suppression_behind_what_goes_over_lines(
        self, workspace: Workspace, folder: Path, before: str, after: str
    ) -> None:
        code = 'SigmaSDK.WRITER.request({ connectionLinkName: "stock", url: "https://www.zohoapis.com/d", type: "GET" });\n'
        here = edited(workspace, folder, "app/js/send.js", f"{before}{code}")
        action = self.offered(here, '"st|ock"')["Suppress SIG201 on this line"]

        text = self.after(here, action, "send.js", here.file.text)
        assert text == f"{after}{code}"
        here = edited(workspace, folder, "app/js/send.js", text)
        assert "stock" not in " ".join(finding.message for finding in workspace.findings(here.path))

    def test_a_file_that_is_no_source(self, workspace: Workspace, folder: Path) -> None:
        token = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"
        text = f"a {{}}\n/* {token} */\n"
        (folder / "app/style.css").write_text(text)
        here = edited(workspace, folder, "app/style.css", text)

        assert list(self.offered(here, "/* ghp_|aB3d")) == ["Explain SIG302 (known-token)"]
        assert hover.hover(here, 10) is None
        assert navigation.definition(here, 10) == []

    def test_a_suppression_of_an_attribute(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "app/widget.html")
        action = self.offered(here, "request(|{connection")["Suppress SIG102 on this element"]

        here = edited(workspace, folder, "app/widget.html", self.after(here, action, "widget.html", PAGE))
        assert "SIG102" not in {finding.rule.code for finding in workspace.findings(here.path)}

    def test_all_fixes_at_once(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "app/widget.html")
        (action,) = self.offered(here, "<ht|ml>", ["source.fixAll"]).values()

        assert action.kind == "source.fixAll.sigmalint"
        assert self.after(here, action, "widget.html", PAGE) == PAGE.replace("crm_mian", "crm_main")

    def test_a_suppression_that_hides_nothing_goes_with_its_end(self, workspace: Workspace, folder: Path) -> None:
        text = f"/* sigmalint-disable SIG201 */\n{SCRIPT}/* sigmalint-enable SIG201 */\n"
        here = edited(workspace, folder, "app/js/send.js", text)

        assert self.after(here, self.offered(here, "disable SIG|201")["Remove the suppression"], "send.js", text) == SCRIPT
        (action,) = self.offered(here, "func|tion send", ["source.fixAll"]).values()
        assert self.after(here, action, "send.js", text) == SCRIPT

    def test_only_the_kinds_that_are_asked_for(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "app/widget.html")

        assert self.offered(here, '"crm_m|ian"', ["refactor"]) == {}
        kinds = {action.kind for action in self.offered(here, '"crm_m|ian"', ["quickfix"]).values()}
        assert kinds == {types.CodeActionKind.QuickFix}
        assert self.offered(here, '"crm_m|ian"', [""]).keys() == self.offered(here, '"crm_m|ian"').keys()

    def test_the_rule_explained(self, workspace: Workspace, folder: Path) -> None:
        here = view(workspace, folder, "app/widget.html")
        action = self.offered(here, '"crm_m|ian"')["Explain SIG201 (unknown-connection)"]

        assert action.command is not None
        assert (action.command.command, action.command.arguments) == ("sigmalint.explain", ["SIG201"])
