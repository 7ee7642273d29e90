"""Pages: which code browsers would run, and where each character of it stands in the HTML file."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigmalint.sources.page import Handler, MarkupPage, ScriptElement, read_page
from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.text import LiveFile, SourceFile, Span


def page(text: str) -> MarkupPage:
    return read_page(SourceFile("widget.html", text))


def codes(text: str) -> list[str]:
    """The texts of a page's code in document order."""
    units = page(text).units
    return [unit.code.text for unit in units if unit.code is not None]


def script(text: str) -> ScriptElement:
    (found,) = page(text).scripts
    return found


def handler(text: str) -> Handler:
    (found,) = page(text).handlers
    return found


def inline(unit: ScriptElement | Handler) -> Code:
    assert unit.code is not None
    return unit.code


def source_of(code: Code, part: str) -> str:
    """The file's text at the place of a part of the code."""
    start = code.text.index(part)
    return code.span(start, start + len(part)).text


def test_scripts_and_handlers_come_in_document_order() -> None:
    text = """<body onload="a()"><script>b()</script><a href="javascript:c()" onclick='d()'>x</a><script src=e.js></script>"""
    units = page(text).units
    assert [unit.src if isinstance(unit, ScriptElement) else unit.attribute for unit in units] == [
        "onload",
        None,
        "href",
        "onclick",
        "e.js",
    ]
    assert codes(text) == ["a()", "b()", "c()", "d()"]
    assert [code.kind for unit in units if (code := unit.code)] == [
        CodeKind.HANDLER,
        CodeKind.SCRIPT,
        CodeKind.URL,
        CodeKind.HANDLER,
    ]


def test_a_script_stands_where_its_text_stands() -> None:
    text = "<p>\U0001f600</p>\r\n<script>\r\nlet a = '\U0001f600';\r\ncall(a);\r\n</script>"
    code = inline(script(text))
    assert code.text == "\r\nlet a = '\U0001f600';\r\ncall(a);\r\n"
    span = code.span(code.text.index("call"), code.text.index("(a)"))
    assert span.text == "call"
    assert span.begin == (4, 1)
    assert code.span(code.text.index(";"), code.text.index("call")).begin == (3, 13)


def test_a_byte_order_mark_does_not_shift_positions() -> None:
    file = SourceFile.decode("widget.html", b"\xef\xbb\xbf<script>f()</script>")
    code = inline(read_page(file).scripts[0])
    assert code.span(0, 1).begin == (1, 9)


def test_code_in_an_attribute_is_found_through_its_references() -> None:
    text = '<b>\U0001f600</b>\n<a onclick="f(&quot;x&quot;) &amp;&amp; g(&#39;&#x1F600;&#39;, y)">'
    code = handler(text).code
    assert code.text == "f(\"x\") && g('\U0001f600', y)"
    assert source_of(code, "f") == "f"
    assert source_of(code, '"x"') == "&quot;x&quot;"
    assert source_of(code, "&&") == "&amp;&amp;"
    assert source_of(code, "g('\U0001f600', y)") == "g(&#39;&#x1F600;&#39;, y)"
    assert source_of(code, "y") == "y"
    assert code.span(code.text.index("y"), len(code.text)).begin == (2, 64)


def test_an_address_in_a_handler_keeps_what_only_looks_like_a_reference() -> None:
    assert codes("""<a onclick="go('?a=1&copy=3&lt=4')">""") == ["go('?a=1&copy=3&lt=4')"]


@pytest.mark.parametrize(
    "name", ["textarea", "title", "noscript", "iframe", "xmp", "noembed", "noframes", "style", "plaintext"]
)
def test_scripts_and_handlers_in_raw_text_are_not_code(name: str) -> None:
    assert codes(f"<{name}><script>a()</script><a onclick=b()></{name}>") == []


@pytest.mark.parametrize(
    "text",
    [
        "<!-- <script>a()</script> -->",
        "<!-- > <script>a()</script> -- -->",
        "<!doctype <script>",
        "<? <script?>",
        "<svg><![CDATA[<script>a()</script>]]></svg>",
        "<math><script>a()</script></math>",
        "<p title='<script>a()</script>'>",
        "&lt;script>a()&lt;/script>",
    ],
)
def test_scripts_in_comments_and_other_markup_are_not_code(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "<template><script>a()</script></template>",
        "<SCRIPT>a()</Script >",
        "<!-- x --!><script>a()</script>",
        "<!--><script>a()</script>",
        "<![CDATA[x]]><script>a()</script>",
        "<table><tr><script>a()</script></table>",
        "<svg><script>a()</script></svg>",
        "<svg><style><script>a()</script></style></svg>",
        "<svg><script>a&#40;)</script></svg>",
        "<svg><script><![CDATA[a()]]></script></svg>",
        "<script>a()",
    ],
)
def test_scripts_that_browsers_see_are_code(text: str) -> None:
    assert codes(text) == ["a()"]


def test_tags_in_strings_of_a_script_are_not_markup() -> None:
    assert codes("<script>a = '<script>b()<\\/script><a onclick=c()>'</script>") == [
        "a = '<script>b()<\\/script><a onclick=c()>'"
    ]


def test_a_broken_script_does_not_hide_the_next() -> None:
    assert codes("<script>if (</script><script>b()</script>") == ["if (", "b()"]


def test_an_svg_script_is_found_through_its_references_and_sections() -> None:
    text = "<svg><script>if (a &lt; b) <![CDATA[f(c < d)]]></script></svg>"
    code = inline(script(text))
    assert code.text == "if (a < b) f(c < d)"
    assert source_of(code, "a < b") == "a &lt; b"
    assert source_of(code, "f(c < d)") == "f(c < d)]]>"[:8]


def test_an_empty_script_has_its_place_behind_the_start_tag() -> None:
    for text in ("<script></script>", "<svg><script></script></svg>"):
        code = inline(script(text))
        assert (code.text, code.place(0)) == ("", text.index("</script"))


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        "type=''",
        "type",
        "type=text/javascript",
        "type=' Text/JavaScript\n'",
        "type=application/x-javascript",
        "type=text/ecmascript",
        "type=text/javascript1.5",
        "type=text/jscript",
        "type=text/livescript",
        "language=JavaScript",
        "language=''",
        "type=text/javascript language=vbscript",
        "type=text/babel",
        "type=text/jsx",
        "lang=en",
    ],
)
def test_these_scripts_are_javascript(attributes: str) -> None:
    found = script(f"<script {attributes}>a()</script>")
    assert (inline(found).language, inline(found).kind, found.module) == ("javascript", CodeKind.SCRIPT, False)


@pytest.mark.parametrize(
    "attributes",
    [
        "type=application/json",
        "type=importmap",
        "type=speculationrules",
        "type=text/template",
        "type=text/x-handlebars",
        "type=' '",
        "type='text/javascript; charset=utf-8'",
        "type=text/javascript1.6",
        "language=vbscript",
        "nomodule",
        "nomodule src=a.js",
        "type=application/json src=a.js",
    ],
)
def test_these_scripts_are_not_run(attributes: str) -> None:
    assert page(f"<script {attributes}>a()</script>").units == ()


@pytest.mark.parametrize(
    "attributes", ["type=module", "type=' MODULE '", "type=module nomodule", "type=text/babel data-type=module"]
)
def test_modules_are_modules(attributes: str) -> None:
    found = script(f"<script {attributes}>a()</script>")
    assert found.module
    assert inline(found).kind is CodeKind.MODULE


@pytest.mark.parametrize(
    ("attributes", "language"),
    [("lang=ts", "typescript"), ("setup lang=TS", "typescript"), ("lang=tsx", "tsx"), ("type=text/typescript", "typescript")],
)
def test_typescript_is_read_as_such(attributes: str, language: str) -> None:
    assert inline(script(f"<script {attributes}>a()</script>")).language == language


def test_an_external_script_has_its_address_and_no_code() -> None:
    text = "<script src=' a.js?x=1&amp;y ' async=false defer integrity='sha384-x'>ignored()</script>"
    found = script(text)
    assert found.code is None
    assert found.src == "a.js?x=1&y"
    assert found.src_span is not None
    assert found.src_span.text == " a.js?x=1&amp;y "
    assert (found.is_async, found.defer, found.integrity, found.module) == (True, True, True, False)
    assert found.span.text == text.removesuffix("ignored()</script>")


def test_a_script_with_an_empty_address_is_external() -> None:
    found = script("<script src integrity=''>ignored()</script>")
    assert (found.code, found.src, found.integrity) == (None, "", False)


@pytest.mark.parametrize("name", ["href", "xlink:href"])
def test_an_svg_script_is_external_by_its_reference(name: str) -> None:
    assert script(f"<svg><script {name}='a.js'/></svg>").src == "a.js"
    assert script(f"<script {name}='a.js'></script>").src is None


@pytest.mark.parametrize(
    "text",
    [
        "<a once=x>",
        "<a online-only=x>",
        "<a on=x>",
        "<a onlabel='Yes please'>",
        "<a data-onclick=x>",
        "<a on:click=x>",
        "</a onclick=x>",
    ],
)
def test_attributes_that_only_begin_like_handlers_are_not_code(text: str) -> None:
    assert codes(text) == []


def test_handlers_stand_on_any_element() -> None:
    found = handler("<script src=a.js OnError='f()'></script>")
    assert (found.element, found.attribute, found.code.text) == ("script", "onerror", "f()")
    assert codes("<svg onbegin=a()><g onclick=b()></g></svg><my-tag onpointerdown=c() onclick=d() onclick=e()>") == [
        "a()",
        "b()",
        "c()",
        "d()",
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<a href='javascript:f()'>", "f()"),
        ("<area href=' \x01JavaScript: f() \n'>", " f()"),
        ("<form action='javascript:f()'>", "f()"),
        ("<button formaction='java\nscr\tipt:f()'>", "f()"),
        ("<iframe src='&#106;avascript:f()'></iframe>", "f()"),
        ("<svg><a xlink:href='javascript:f()'></a></svg>", "f()"),
        ("<object data='javascript:f()'>", "f()"),
        ("<a href='javascript:'>", ""),
        ("<a href='javascript: '>", ""),
        ("<a href='javascript:f(%22%C3%A9%F0%9F%98%80%22)'>", 'f("\u00e9\U0001f600")'),
        ("<a href='javascript:a%2x%FF%'>", "a%2x\ufffd%"),
        ("<a href='javascript:a // b\r\nc'>", "a // bc"),
    ],
)
def test_javascript_addresses_are_code(text: str, code: str) -> None:
    found = handler(text)
    assert found.code.kind is CodeKind.URL
    assert found.code.text == code


@pytest.mark.parametrize(
    "text",
    [
        "<img src='javascript:a()'>",
        "<link href='javascript:a()'>",
        "<a href='x:javascript:a()'>",
        "<a href='javascript&colon a()'>",
    ],
)
def test_addresses_that_browsers_do_not_run_are_not_code(text: str) -> None:
    assert codes(text) == []


def test_code_in_an_address_is_found_through_both_encodings() -> None:
    text = "<a href=' javascript:f(%22\U0001f600&quot;,\r\n %C3%A9%F0%9F%98%80, &amp;x%20y)'>"
    code = handler(text).code
    assert code.text == 'f("\U0001f600", \u00e9\U0001f600, &x y)'
    assert source_of(code, '"\U0001f600"') == "%22\U0001f600&quot;"
    assert source_of(code, "\u00e9") == "%C3%A9"
    assert source_of(code, "\u00e9\U0001f600,") == "%C3%A9%F0%9F%98%80,"
    assert source_of(code, "&x y") == "&amp;x%20y"
    assert source_of(code, "y)") == "y)"


@pytest.mark.parametrize(
    ("text", "templated"),
    [
        ("<script>a(<%= b %>)</script>", True),
        ("<script>a(<?php echo 1 ?>)</script>", True),
        ("<script>a(<?= 1 ?>)</script>", True),
        ("<script>{% if a %}b(){% endif %}</script>", True),
        ("<script>a({{ b.c|tojson }})</script>", True),
        ("<script>{{a: {{b: 1}}}}</script>", False),
        ("<script>{{ a();\n }}</script>", False),
        ("<script>a % b</script>", False),
        ("<script src='<%= a %>'></script>", False),
        ("<a onclick='a({{b: 1}})'>", True),
        ("<a onclick='{% a %}'>", True),
        ("<a href='javascript:{{a}}'>", True),
        ("<a onclick='a({b: 1})'>", False),
    ],
)
def test_markers_of_template_languages_are_noticed(text: str, templated: bool) -> None:
    assert [unit.templated for unit in page(text).units] == [templated]


def test_a_page_knows_the_marks_of_its_server() -> None:
    assert page("<p>{% block a %}</p>").templated
    assert page("<p><%= a %></p>").templated
    assert not page("<p>{{ a }} %} {%</p>").templated


def test_ids_and_some_names_are_globals() -> None:
    text = "<p id=a name=x><form id='' name=b><img name=c><iframe name=d></iframe><input name=y id='e&amp;f'><!-- <p id=z> -->"
    assert page(text).ids == {"a", "b", "c", "d", "e&f"}


def test_the_first_base_with_an_address_counts() -> None:
    assert page("<base target=_blank><base href=' /app/&amp; '><base href=/x/>").base_href == "/app/&"
    assert page("<p>").base_href is None


def test_the_tree_has_forms_links_and_meta_with_their_places() -> None:
    text = "<meta name=k content='a&amp;b'><div><form class='x y'><input type=hidden value=\"v&lt;\"></form></div><input>"
    read = page(text)
    (hidden,) = read.soup.select("form.x input[type=hidden]")
    assert read.span(hidden).text == '<input type=hidden value="v&lt;">'
    found = read.attribute(hidden, "value")
    assert found is not None
    assert (found.text, found.span.text) == ("v<", "v&lt;")
    assert read.attribute(hidden, "name") is None
    (meta,) = read.soup.select("meta[content='a&b']")
    assert read.span(meta) == Span(read.file, 0, text.index("<div>"))
    assert len(read.soup.select("input")) == 2
    assert read.soup.select("div") == []


def test_the_tree_has_the_text_of_scripts_that_are_not_code() -> None:
    text = "<meta charset=latin1><script type=importmap> {} </script><form><form><script></script>"
    soup = page(text).soup
    assert [str(element.string) for element in soup.select("script[type=importmap]")] == [" {} "]
    assert [element["charset"] for element in soup.select("meta")] == ["latin1"]
    assert len(soup.find_all("form", recursive=False)) == 2


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("text", ["", "index.html", "https://a.b/c", " \n", "<", "\0", "<script>\0</script>"])
def test_any_text_is_a_page(text: str) -> None:
    assert page(text).file.text == text


PIECES = [
    "<script>", "<script type=module>", "<script src='&amp;", "</script>", "<a href='javascript:", "<p onclick=\"", "<form id=",
    "</form>", "<svg>", "<![CDATA[", "]]>", "<input ", "<!--", "'>", "\">", "%41", "%C3%A9%FF", "&quot;", "&#10;", "\n", "a",
    "\U0001f600", "{{", "<%",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text())
def test_code_always_stands_inside_its_file_in_order(text: str) -> None:
    read = page(text)
    for unit in read.units:
        if unit.code is not None:
            places = [unit.code.place(offset) for offset in range(len(unit.code.text) + 1)]
            assert places == sorted(places)
            assert all(0 <= place <= len(text) for place in places)
        if isinstance(unit, ScriptElement):
            assert unit.span.text.lower().startswith("<script")
    starts = [read.span(element).start for element in read.soup.find_all(True)]
    assert starts == sorted(starts)


EDITED = """<!DOCTYPE html>
<base href="/a/"><link rel="stylesheet" href="a.css">
<script src="https://a.example/sdk.js"></script>
<script type="module" id="m">let a = "é 😀";\r\nf(a, 1 - 1);</script>
<input onclick="go(&quot;x&quot;)"><a href="javascript:go(1)">x</a>
<svg><script>b &lt; c</script></svg>
<script>if (a < b) { c("{% d %}"); }</script>
<form id="last"><button formaction="javascript:e()">y</button></form>
"""
PIECES = (*"ab <>/!-{}%&;\"'\n", "</script", "</script>", "<script>", "<!--", "-->", "{{ x }}", "<% y %>", "é😀", "&lt;")


def place(part: object) -> object:
    return tuple(part) if isinstance(part, Span) else part


def shape(page: MarkupPage) -> object:
    """All that a page says, with places."""
    units = [
        (
            type(unit),
            unit.code and (unit.code.text, unit.code.kind, unit.code.language, unit.code.origins),
            [place(getattr(unit, name)) for name in unit.__slots__ if name != "code"],
        )
        for unit in page.units
    ]
    tags = [
        (tag.name, place(page.span(tag)), [place(part) for name in tag.attrs for part in page.attribute(tag, name) or ()])
        for tag in page.soup.find_all(True)
    ]
    return units, tags, page.ids, page.base_href, page.templated, page.text, page.file.embedded


def test_a_page_that_was_edited_is_the_page_that_is_read_anew() -> None:
    rng = random.Random(11)
    kept = 0
    for _ in range(60):
        file = LiveFile("a.html", EDITED)
        state = read_page(file)
        for _ in range(8):
            text = file.text
            at = rng.choice([rng.randrange(len(text)), max(0, text.find("f(a")), max(0, text.rfind("c("))])
            file.replace(at, min(len(text), at + rng.choice((0, 0, 1, 3))), rng.choice(PIECES))
            edited = state.edited(file)
            found = edited and shape(edited)
            state = read_page(file)
            if edited is not None:
                kept += 1
                assert found == shape(state)
                state = edited
    assert kept > 100
