"""A search that is brought up to date after an edit finds what a new search finds."""

import random
import re
from collections.abc import Callable, Iterator, Sequence

import pytest
from credential_help import LETTERS, found, made, private_key, zoho_token
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Node

from sigmalint.credentials.candidate import Candidate, Credential
from sigmalint.credentials.finder import Material, find
from sigmalint.credentials.formats import scan, secret_formats
from sigmalint.credentials.pages import outline, page_candidates
from sigmalint.credentials.scripts import constants_in, uses_of
from sigmalint.credentials.searches import search, search_after
from sigmalint.memory import Memory
from sigmalint.sources.page import read_page
from sigmalint.sources.script import Code, Patch
from sigmalint.sources.text import SourceFile

KEYS = [made(LETTERS, 32, seed) for seed in range(3)]
TOKENS = ["sk_" + "live_" + made(LETTERS, 28, 8), zoho_token(), "gh" + "p_" + made(LETTERS, 36, 9)]
FUNCTIONS = ("function_declaration", "function_expression", "arrow_function", "method_definition", "generator_function")


class Writer:
    """Writes scripts in which constants, strings and functions are in each other's way."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def pick(self, *options: str) -> str:
        return self._random.choice(options)

    def one(self, *options: Callable[[], str]) -> str:
        return self._random.choice(options)()

    def number(self, end: int) -> int:
        return self._random.randrange(end)

    def script(self) -> str:
        return self.pick("", "\n", "// ключ 😀\n") + "".join(self.statement(0) for _ in range(2 + self.number(6)))

    def text(self) -> str:
        parts = ("Bearer ", f"?api_key={KEYS[0]}&q=", "https://acme-crm.io/?token=", "rows", "=")
        return self.pick('"', '"', "'", "`").join(("", self.pick(*KEYS, *KEYS, *TOKENS, *parts), ""))

    def name(self) -> str:
        return self.pick("apiKey", "token", "base", "cfg", "x")

    def value(self, depth: int) -> str:
        simple = (self.text, self.text, self.name)
        if depth > 3:
            return self.one(*simple)
        text, rest = self.text(), self.one(*simple)
        return self.one(
            *simple,
            lambda: f"{text} + {rest}",
            lambda: f"{self.name()} + {text} + {self.name()}",
            lambda: f"`{self.pick('Bearer ', '?api_key=', '')}${{{rest}}}{self.pick(*KEYS, '')}`",
            lambda: f"`a ${{rows.map({self.function(depth)})}} {self.pick(*KEYS, *TOKENS)}`",
            lambda: f"{text} + ({self.function(depth)})() + {rest}",
            lambda: f"[{text}, {rest}].join('')",
            lambda: f"btoa('user:' + {rest})",
            lambda: f"load({text}).then({self.function(depth)}).{self.name()} + {text}",
            lambda: f"({rest} || {text})",
        )

    def function(self, depth: int) -> str:
        body = "".join(self.statement(depth + 1) for _ in range(self.number(4 - min(depth, 3))))
        return self.one(
            lambda: f"function () {{\n{body}}}",
            lambda: f"() => {{ {body} }}",
            lambda: f"async (x) => {{{body}}}",
            lambda: f"(x) => {self.value(depth + 1)}",
        )

    def given(self, depth: int) -> str:
        """What a statement gives a name: often something with a function."""
        if depth > 2 or self.number(2):
            return self.value(depth)
        return self.one(
            lambda: f"{{ name: 'apiKey', onClick: {self.function(depth)}, value: {self.value(depth)} }}",
            lambda: f"login({self.text()}, {self.function(depth)}, {self.name()})",
            lambda: f"{{ [({self.function(depth)})()]() {{ return {self.text()} }} }}",
            lambda: f"{{ headers: {{ Authorization: {self.value(depth)}, run() {{ {self.statement(depth + 1)}\n}} }} }}",
            lambda: self.function(depth),
        )

    def statement(self, depth: int) -> str:
        end = self.pick(";\n", ";\n", "; ", "\n")
        return self.one(
            lambda: f"const {self.name()} = {self.given(depth)}{end}",
            lambda: f"{self.name()} = {self.given(depth)}{end}",
            lambda: f"{self.name()}\n  =\n {self.given(depth)}{end}",
            lambda: f"{self.name()}\n = {self.text()} + ({self.function(depth)})(){end}",
            lambda: f"function {self.name()}() {{ {self.pick('return', 'use')}({self.given(depth)}) }}\n",
            lambda: f"const o = {{ {self.name()}: {self.given(depth)} }}{end}",
            lambda: f"fetch({self.name()}, {{ headers: {{ Authorization: 'Bearer ' + {self.name()} }} }}){end}",
            lambda: f"// {self.pick('apiSecret = ', 'old: ', '')}{self.pick(*KEYS, *TOKENS)}\n",
            lambda: f"/* {self.text()} */{end}",
            lambda: f"x.setRequestHeader('X-Api-Key', {self.given(depth)}){end}",
            lambda: f"k = /{self.pick(*TOKENS)}/{end}",
        )

    def edit(self, text: str) -> str:
        """A text with a piece put in, taken out or replaced."""
        start = self.number(len(text) + 1)
        end = min(len(text), start + self._random.choice((0, 0, 0, 1, 5, 40)))
        signs = ("", " ", "y", '"', "'", "`", "+", "/*", "*/", "//", "\n", "{", "}", "${", "= ", f'const apiKey = "{KEYS[1]}')
        piece = self.one(lambda: self.pick(*signs), lambda: self.pick(*signs, *TOKENS, *KEYS), self.text, self.name)
        return text[:start] + self.one(lambda: piece, lambda: piece, lambda: self.statement(2)) + text[end:]


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from nodes(child)


def outside(node: Node, start: int, end: int, shift: int) -> Iterator[tuple[str, int, int]]:
    """The shape of a tree without the node from `start` to `end`, with what is behind it moved by `shift`."""
    yield node.type, node.start_byte + (node.start_byte >= end) * shift, node.end_byte + (node.end_byte >= end) * shift
    if (node.start_byte, node.end_byte) != (start, end) or node.type not in FUNCTIONS:
        for child in node.children:
            yield from outside(child, start, end, shift)


def code_of(text: str) -> Code:
    return Code(SourceFile("app/a.js", text), text)


def edited(writer: Writer, code: Code) -> Code | None:
    """The code after an edit in one of its functions, with the patch that says so; None where the edit reaches further."""
    functions = [node for node in nodes(code.tree.root_node) if node.type in FUNCTIONS]
    if not functions:
        return None
    function = functions[writer.number(len(functions))]
    body = function.child_by_field_name("body")
    assert body is not None
    braces = body.type == "statement_block"
    start, end = code.offset(body.start_byte) + braces, code.offset(body.end_byte) - braces
    inner = writer.edit(code.text[start:end])
    return patched(code, code.text[:start] + inner + code.text[end:], function)


def patched(code: Code, text: str, function: Node) -> Code | None:
    """The code with another text, which differs in the body of a function; None where the tree does so elsewhere."""
    file = code.file.text[: code.place(0)] + text + code.file.text[code.place(len(code.text)) :]
    new = Code(SourceFile(code.file.path, file), text, code.kind, code.language, code.origins)
    start, end = function.start_byte, function.end_byte
    shift = len(text.encode()) - len(code.text.encode())
    if [*outside(code.tree.root_node, start, end, shift)] != [*outside(new.tree.root_node, start, end + shift, 0)]:
        return None
    new.patch = Patch(code, code.offset(start), new.offset(end + shift), code.offset(end))
    return new


@pytest.mark.parametrize("seed", range(20))
def test_an_edit_in_a_function_gives_what_a_new_search_finds(seed: int) -> None:
    writer = Writer(seed)
    code = code_of(writer.script())
    known = search(code)
    for _ in range(12):
        new = edited(writer, code)
        if new is not None and new.patch is not None:
            fresh = search(new)
            updated = search_after(known, new, new.patch)
            assert updated is None or updated == fresh
            assert updated is None or updated.constants in (None, [*constants_in(new.text)])
            code, known = new, updated or fresh


KEY, OTHER = KEYS[:2]


@pytest.mark.parametrize(
    "script",
    [
        f'function f() {{ | }}\nconst apiKey = "{KEY}";',
        f'function f() {{ const k = "{KEY}"; | }}\nconst u = base + "?api_key=" + k;',
        f'const k = "{KEY}";\nfunction f() {{ | }}\nconst u = base + "?api_key=" + k;',
        f'const k = "{KEY}";\nfunction f() {{ k = "|"; }}\nconst u = base + "?api_key=" + k;',
        f'const k = "{KEY}";\nfunction f() {{ return "Bearer " + |k; }}\n',
        f'const k = "{KEY}";\nfunction f() {{ | }}\nconst h = {{ Authorization: "Bearer " + k }};',
        f'const apiKey = "{KEY[:16]}" + "{KEY[16:]}" + (() => {{ | }})();',
        f'const apiKey = ["{KEY[:16]}", (() => {{ | }})(), "{KEY[16:]}"].join("");',
        f"const t = `Bearer ${{rows.map(() => {{ | }})}} {TOKENS[0]}`;",
        f'const o = {{ name: "apiKey", run() {{ | }}, value: "{KEY}" }};',
        f'login("{KEY}", function () {{ | }}, "clientSecret");',
        f'const o = {{ [(() => {{ | }})()]() {{ return "{KEY}"; }} }};',
        f'x = (function () {{ | }}).apiKey + "?api_key={KEY}";',
        f'k\n  = "{KEY}" + (() => {{ | }})(); u = "?api_key=" + k;',
        f"function f() {{ | }} // {TOKENS[0]}\n/{TOKENS[1]}/;",
    ],
)
@pytest.mark.parametrize(
    "piece", ["y", '"', "`", "/*", f'"{OTHER}"', f'const apiKey = "{OTHER}";', f'k = "{OTHER}";', "k", f"// {TOKENS[0]}", "}"]
)
def test_what_is_beside_the_function_follows_what_it_hangs_on(script: str, piece: str) -> None:
    code = code_of(script.replace("|", ""))
    at = script.index("|")
    around = [node for node in nodes(code.tree.root_node) if node.type in FUNCTIONS and node.start_byte < at < node.end_byte]
    new = patched(code, script.replace("|", piece), around[-1])
    if new is not None and new.patch is not None:
        assert search_after(search(code), new, new.patch) == search(new)


def test_an_edit_that_may_reach_further_is_searched_anew() -> None:
    for before, after in (
        ("login(() => password, '');", "login(() => passwords, '');"),
        ("function f() { }", "function f() { " + "x;" * 2_000 + "}"),
    ):
        code = code_of(before)
        function = next(node for node in nodes(code.tree.root_node) if node.type in FUNCTIONS)
        new = patched(code, after, function)
        assert new is not None
        assert new.patch is not None
        assert search_after(search(code), new, new.patch) is None


def test_a_name_that_is_used_very_often_is_searched_anew() -> None:
    constants = "".join(f'const k{number} = "{made(LETTERS, 32, number)}"; use(k{number});\n' for number in range(120))
    code = code_of("function f() { }\n" + constants)
    function = next(node for node in nodes(code.tree.root_node) if node.type in FUNCTIONS)
    new = patched(code, code.text.replace("{ }", "{ x }", 1), function)
    assert new is not None
    assert new.patch is not None
    assert search_after(search(code), new, new.patch) is None


# --- pages -----------------------------------------------------------------------------------------------------------


def page_of(text: str) -> tuple[SourceFile, list[Code]]:
    page = read_page(SourceFile("app/a.html", text))
    return page.file, [unit.code for unit in page.units if unit.code is not None]


def shown(credentials: Sequence[Credential]) -> list[tuple[object, ...]]:
    return [(one.code, one.message, one.span[1:], one.name, one.fingerprint, one.value, one.extent[1:]) for one in credentials]


def markup(writer: Writer) -> str:
    key = writer.pick(*KEYS, *TOKENS)
    return writer.pick(
        f'<a href="https://acme-crm.io/?a=1&amp;api_key={key}">x</a>',
        f'<input name="apiKey" value="{key}">',
        f"<button onclick=\"login({{ apiKey: '{key}' }})\">x</button>",
        f'<a href="javascript:login(&quot;{key}&quot;)">{key}</a>',
        f"<!-- token={key} -->",
        f"<svg><script>{writer.script()}</script><text>{key}</text></svg>",
        f"<svg><script>a = '{key}' <!-- {key} --> <b id='{key}'>b</b></script></svg>",
        f"<script type=text/template>{key}</script>",
        f"<script><!--\n{writer.script()}\n<script>'{key}'</script>--></script>",
        *[f"<script>{writer.script()}</script>"] * 3,
        f"<p>{private_key()}</p>",
    )


@pytest.mark.parametrize("seed", range(8))
def test_edits_of_a_page_give_what_a_new_search_finds(seed: int) -> None:
    writer = Writer(seed)
    memory = Memory()
    page, codes = page_of("".join(markup(writer) for _ in range(6)))
    for _ in range(10):
        memory.begin()
        scripts = [(code, False) for code in codes]
        remembered = find(Material(scripts, [page], [], [], remember=memory.get))
        for code in codes:
            code.patch = None
        assert shown(remembered) == shown(find(Material(scripts, [page], [], [])))
        assert all(one.span.file is page for one in remembered)
        which = writer.number(len(codes) + 1)
        if which == len(codes) or len(codes[which].origins) > 1 or codes[which].text == page.text:
            page, codes = page_of(writer.edit(page.text))
        elif new := edited(writer, codes[which]):
            page, codes = page_of(new.file.text)
            again = next((code for code in codes if code.text == new.text), None)
            if again is not None:
                again.patch = new.patch


@pytest.mark.parametrize("seed", range(12))
def test_markup_is_searched_as_if_its_scripts_stood_in_it(seed: int) -> None:
    def placed(candidates: Iterator[Candidate], code: Code) -> list[tuple[object, ...]]:
        return [(one.value, code.place(one.start), code.place(one.end), one.names, one.format) for one in candidates]

    writer = Writer(seed)
    text = "".join(markup(writer) for _ in range(6))
    for _ in range(6):
        page, codes = page_of(text)
        stretches = sorted((code.place(0), code.place(len(code.text))) for code in codes)
        inner, skip = outline(page, codes)
        alone = placed(page_candidates(inner.text, scan(inner.text), skip), inner)
        assert alone == placed(page_candidates(text, scan(text), stretches), Code(page, text))
        text = writer.edit(text)


# --- what it rests on ------------------------------------------------------------------------------------------------

CONSTANT = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]{0,60})\s{0,4}=\s{0,4}([\"'`])([^\"'`\\\n$]{1,2000})\2")


@given(st.text("ab1$.é =\"'`\n\\", max_size=60))
def test_constants_are_names_with_one_literal(text: str) -> None:
    expected = [(match[1], match[3], match.start(3), match.end(3)) for match in CONSTANT.finditer(text)]
    assert [tuple(one) for one in constants_in(text)] == expected


@given(st.text("ab1$.é =", max_size=60), st.sampled_from(["a", "ab", "a.b", "$", "a1"]))
def test_uses_of_a_name_are_words(text: str, name: str) -> None:
    pattern = re.compile(rf"(?<![\w$.]){re.escape(name)}(?![\w$])")
    assert [*uses_of(text, name)] == [match.start() for match in pattern.finditer(text)]


@given(st.lists(st.sampled_from([*TOKENS, *KEYS, "\n", '"', " = ", "-", "a", "."]), max_size=12).map("".join))
def test_formats_are_found_line_by_line(text: str) -> None:
    by_line, at = [], 0
    for line in text.splitlines(keepends=True):
        by_line += [(at + hit.start, at + hit.end, hit.format) for hit in scan(line)]
        at += len(line)
    assert [tuple(hit) for hit in scan(text)] == by_line


def test_no_format_goes_over_a_line_end() -> None:
    for format in secret_formats():
        for at in range(1, len(format.example)):
            broken = format.example[:at] + "\n" + format.example[at:]
            match = re.search(format.pattern, broken)
            assert match is None or "\n" not in match[0]


def test_each_concatenation_is_looked_at() -> None:
    script = f'load(base + "?api_key={KEY}&q=" + x); load(base + "?api_key={OTHER}&q=" + y);'
    assert found(script) == [("SIG303", KEY), ("SIG303", OTHER)]
