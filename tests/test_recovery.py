"""What broken code leaves open is closed where its indentation says."""

import random
import re
from collections.abc import Iterator

import pytest

from sigmalint.sources.recovery import complete, insertions, must_be_broken
from sigmalint.sources.script import Code, parser
from sigmalint.sources.text import SourceFile

AROUND = """function first(a) {
  return a;
}
%s
function last(b) {
  return b;
}
"""


def completed(text: str) -> str:
    return complete(text, insertions(text))


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("function f() {", "function f() {\n}\n"),
        ("function f() {\n  if (a) {\n    b();\n}", "function f() {\n  if (a) {\n    b();\n}\n}"),
        ("function f(", "function f(\n) {}\n"),
        ("function f", "function f() {}"),
        ("async function", "async function _() {}"),
        ("function* f_", "function* f_() {}"),
        ("function f()\n  return 1;\n}", "function f() {\n  return 1;\n}"),
        ("send({ url: 'x", "send({ url: 'x'\n})\n"),
        ('const a = b["c', 'const a = b["c"\n]\n'),
        ("const a = `x/${b", "const a = `x/${b\n}`\n"),
        ("const a = `x/", "const a = `x/`"),
        ("const a =", "const a = _"),
        ("const", "const _"),
        ("a.", "a. _"),
        ("f(a[", "f(a[ _\n])\n"),
        ("go(function () {\n  a();\n  }\n});", "go(function () {\n  a();\n  {}\n});"),
        ("f(a, // why", "f(a, // why\n)\n"),
        ("class A {\n  b(\n  c() {}\n}", "class A {\n  b(\n) {}\n  c() {}\n}"),
        ("class A {\n  static async *b(a, c)\n  d = f()\n}", "class A {\n  static async *b(a, c) {}\n  d = f()\n}"),
        ("class A extends B {\n  #b()\n}\ng(", "class A extends B {\n  #b() {}\n}\ng(\n)\n"),
    ],
)
def test_what_is_left_open_ends_before_the_next_line_of_its_indentation(broken: str, expected: str) -> None:
    assert completed(AROUND % broken) == (AROUND % expected).replace("\n\nfunction last", "\nfunction last")


@pytest.mark.parametrize(
    "sound",
    [
        r"""const a = "\\", b = '\\';""",
        "const a = (b) =>\n  async (c) => {\n    d(c);\n  };",
        "const a = b ||\nfunction () {\n  c();\n};",
        "f(\n  // g(h)\n  /((?:a)*?)$/,\n  1\n);",
        "switch (a) {\n  case 1:\n    return;\n  default:\n}",
        "const a =\n  class {\n    b() {}\n  };",
        "class A {\n  b()\n  {\n    c()\n    d()\n  }\n  e = f()\n  g() // h()\n  {}\n  @i()\n  j() {}\n}",
    ],
)
def test_sound_code_lacks_nothing(sound: str) -> None:
    """It may stand beside what is broken."""
    assert completed(AROUND % sound) == AROUND % sound
    assert (
        completed(AROUND % f"{sound}\nsend({{")
        == AROUND.replace("\nfunction last", "})\nfunction last") % f"{sound}\nsend({{\n"
    )


def test_every_state_of_a_function_that_is_typed_leaves_the_others_alone() -> None:
    """Of a function typed letter by letter, in states that do not parse, the functions around it stay whole."""
    typed = """
async function save(record, note) {
  const options = { connectionLinkName: "crm", url: `https://a.example/${record.id}`, type: "POST" };
  if (note && note.length > 2) {
    options.headers = { "X-Note": note.map((line) => line.trim()).join(", ") };
  }
  try {
    return await SigmaSDK.WRITER.request(options);
  } catch (error) {
    return null;
  }
}
"""
    swallowed = []
    for end in range(len(typed)):
        text = AROUND % typed[:end]
        code = Code(SourceFile("a.js", text), text)
        functions = [node for node in code.tree.root_node.children if node.type == "function_declaration"]
        names = [(node.child_by_field_name("name").text or b"").decode() for node in functions]  # type: ignore[union-attr]
        whole = [node for node in functions if not node.has_error]
        if not {"first", "last"} <= set(names) or len(whole) < 2:
            swallowed.append(typed[:end][-30:])
    assert swallowed == []


def test_code_that_is_not_indented_ends_at_its_end() -> None:
    text = "function f() {\nif (a) {\nb();\n}\nfunction g() {\nc(\n}\n"
    assert completed(text) == "function f() {\nif (a) {\nb();\n}\nfunction g() {\nc(\n)}\n}"


def test_offsets_lead_through_what_is_inserted() -> None:
    """Beyond ASCII, with CRLF, several insertions: a node's offsets are those of its text."""
    text = 'const ä = "é";\r\nfunction f() {\r\n  g("😀", `ü${ä\r\n}\r\nfunction h() { return "ö" + ä; }\r\n'
    code = Code(SourceFile("a.js", text), text)
    assert code.is_broken
    assert not code.is_torn
    found = []
    stack = [code.tree.root_node]
    while stack:
        node = stack.pop()
        stack += node.children
        if node.type in ("identifier", "string_fragment", "return_statement"):
            found.append(text[code.offset(node.start_byte) : code.offset(node.end_byte)])
    assert sorted(found) == sorted(["ä", "é", "f", "g", "😀", "ä", "h", 'return "ö" + ä;', "ö", "ä", "ü"])


SOUND = AROUND % 'const t = `a${f("é", [1, 2])}b` + /x[/]"y/.test("😀") / 2;\nif (t) {\n  g({ a: (b) => { c; } }); // d\n}'


def random_states(seed: int, count: int, most: int) -> Iterator[str]:
    """A sound text after at most so many random edits."""
    rng = random.Random(seed)
    for _ in range(count):
        text = SOUND
        for _ in range(rng.randint(1, most)):
            at = rng.randrange(len(text))
            text = text[:at] + rng.choice(["", "", *"{}()[]\"'`/\n=", "${", "function ", "//"]) + text[at + rng.randint(0, 2) :]
        yield text


def test_positions_of_random_states() -> None:
    """Offsets and bytes are inverse to each other outside of what is inserted, whatever is inserted."""
    broken = 0
    for text in random_states(5, 300, 3):
        code = Code(SourceFile("a.js", text), text)
        broken += code.is_broken
        data = complete(text, insertions(text)).encode() if code.is_broken else text.encode()
        assert code.tree.root_node.end_byte <= len(data)
        for match in re.finditer(r"\w+", text):
            byte = code.byte(match.start())
            while code.is_inserted(byte):
                byte += 1
            assert data[byte:].startswith(match[0].encode())
            assert code.offset(byte) == match.start()
    assert broken > 100


def test_what_must_be_broken_is_an_error_to_the_parser() -> None:
    """Where the parser takes the completed code, and brackets lack, it need not be asked about the code as it stands."""
    parse = parser("javascript").parse
    found = 0
    for text in random_states(6, 3000, 2):
        inserted = insertions(text)
        if must_be_broken(text, inserted) and not parse(complete(text, inserted).encode()).root_node.has_error:
            found += 1
            assert parse(text.encode()).root_node.has_error, text
    assert found > 50
