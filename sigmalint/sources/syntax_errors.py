"""Whether a piece of code parses, and if not, where and why (rule SIG001).

Two parsers must agree that code is broken, because each rejects some valid code: tree-sitter, or a form on its tree that the
specification forbids (`early_errors`), and esprima2, which knows the reason and the exact character but is slow, so that it
reads suspected code only. Forms that esprima2 does not know stand by themselves.
"""

import enum
import re
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.sources.early_errors import captures, early_errors
from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

LARGEST = 2_000_000
"""Characters beyond which esprima2 is not asked (it reads about half a million a second)."""


class SyntaxProblem(NamedTuple):
    """The first place at which a piece of code does not parse: a token within one line, and what is wrong there."""

    span: Span
    message: str


def syntax_problem(code: Code) -> SyntaxProblem | None:
    """The first syntax error of a piece of JavaScript; None where it parses, where the parsers disagree, for TypeScript."""
    if code.language != "javascript":
        return None
    if not code.tree.root_node.has_error:
        return _forbidden_form(code)
    verdict = _esprima_verdict(_softened(code), code.kind)
    if verdict is _Verdict.SOUND:
        return None
    if isinstance(verdict, _Failure):
        if verdict.message.startswith("Invalid left-hand side") and code.text[: verdict.at].rstrip().endswith(")"):
            return None  # engines read `f() = 1`, and throw when it runs
        start, end = _token(code.text, verdict.at)
        return SyntaxProblem(code.span(start, end), _worded(verdict.message, code.text[start:end]))
    start, end = _token(code.text, _first_error(code))
    return SyntaxProblem(code.span(start, end), f"Unexpected token '{code.text[start:end]}'")


class _Failure(NamedTuple):
    """Where (an offset in the code) and why esprima2 stopped."""

    at: int
    message: str


class _Verdict(enum.Enum):
    """What else esprima2 may say: that code parses, or nothing, as it is too long or nested too deeply for it."""

    SOUND = enum.auto()
    UNKNOWN = enum.auto()


_LINE_END = re.compile(r"[\n\r\u2028\u2029]")


def _forbidden_form(code: Code) -> SyntaxProblem | None:
    whole: _Failure | _Verdict | None = None
    for error in early_errors(code) or ():
        start, end = code.offset(error.start), code.offset(error.end)
        message = error.message
        if not error.alone:
            if error.piece:
                verdict = _esprima_verdict(code.text[start:end], CodeKind.SCRIPT)
            else:
                verdict = whole = whole or _verdict_on_form(code)
            if verdict is _Verdict.SOUND:
                continue
            if not message:
                if not isinstance(verdict, _Failure) or not start <= verdict.at <= end:
                    continue
                start, end = _token(code.text, verdict.at)
                message = verdict.message
        line_end = _LINE_END.search(code.text, start, end)
        end = line_end.start() if line_end else end
        return SyntaxProblem(code.span(start, end), _worded(message, code.text[start:end]))
    return None


def _verdict_on_form(code: Code) -> _Failure | _Verdict:
    softened = _softened(code)
    verdict = _esprima_verdict(softened, code.kind)
    if verdict is _Verdict.SOUND and softened != code.text:  # what was replaced may have held the form
        return _esprima_verdict(code.text, code.kind)
    return verdict


def _esprima_verdict(text: str, kind: CodeKind) -> _Failure | _Verdict:
    if len(text) > LARGEST:
        return _Verdict.UNKNOWN
    from esprima.error_handler import Error
    from esprima.parser import Parser

    try:
        parser = Parser(text, options={"classProperties": True})
        if kind is CodeKind.MODULE:
            parser.parseModule()
        else:
            parser.context.inFunctionBody = kind is CodeKind.HANDLER
            parser.parseScript()
    except Error as error:
        return _Failure(min(error.index, len(text)), _LINE_PREFIX.sub("", error.message))
    except Exception:  # nested too deeply (RecursionError), or a defect of the parser: it has no opinion
        return _Verdict.UNKNOWN
    return _Verdict.SOUND


_LINE_PREFIX = re.compile(r"\ALine \d+: ")
_TOKEN = re.compile(
    r"""\#?[\w$\\\u200c\u200d]+
    | "(?:[^"\\\r\n]|\\[^\r\n])*"? | '(?:[^'\\\r\n]|\\[^\r\n])*'?
    | => | \.\.\. | \?\?=? | \?\.(?!\d) | &&=? | \|\|=? | \*\*=? | \+\+ | -- | [=!]==? | <<=? | >>?>?=? | [-+*/%&|^<>]=? | .""",
    re.VERBOSE | re.DOTALL,
)
_LAST_WORD = re.compile(r"#?[\w$]+\Z")


def _token(text: str, index: int) -> tuple[int, int]:
    """The token at an offset, else (at white space, at the end) the one before it; blank code has its first character."""
    if index < len(text) and not text[index].isspace() and (match := _TOKEN.match(text, index)):
        return index, match.end()
    end = len(text[:index].rstrip())
    if not end:
        return 0, min(1, len(text))
    word = _LAST_WORD.search(text[max(0, end - 100) : end])
    return end - len(word[0]) if word else end - 1, end


def _worded(message: str, token: str) -> str:
    """esprima2's message as engines word it today: with the token in quotes."""
    if message == "Unexpected token ILLEGAL":
        return "Invalid or unexpected token"
    if message.startswith("Unexpected token") and not message.endswith("'"):
        return f"Unexpected token '{message.removeprefix('Unexpected token').strip() or token}'"
    if message == "Unexpected identifier":
        return f"{message} '{token}'"
    return message


def _first_error(code: Code) -> int:
    """The offset of tree-sitter's first ERROR or missing node."""
    cursor = code.tree.walk()
    while True:
        node = cursor.node
        assert node is not None
        if node.is_error or node.is_missing or not cursor.goto_first_child():
            return code.offset(node.start_byte)
        while (child := cursor.node) is not None and not child.has_error and cursor.goto_next_sibling():
            pass


_SOFT = """
(method_definition "async" . "*") @method
(field_definition property: (property_identifier)) @field
(decorator) @blank
(binary_expression left: (parenthesized_expression) operator: "**" @power)
[(import_specifier name: (string) @name)
 (export_specifier name: (string) @name) (export_specifier alias: (string) @name)]
(field_definition value: (_) @inside)
(class_static_block body: (_) @inside)
[(super) (meta_property "new")] @receiver
(call_expression function: (import) arguments: (arguments . "(" . (_) "," @options . (_) . ")" @options_end))
(call_expression arguments: (template_string) @raw)
(string) @string
"""
_ASTRAL = re.compile(r"[^\W\u0000-\uffff]")
_PHASE = re.compile(r"\bimport(?:[ \t]+(?:defer|source)(?=[ \t]+(?!from\b)[\w$*])|\.(?:defer|source)(?=\())")
_AWAIT_USING = re.compile(r"\bawait(?=[ \t]+using[ \t]+[\w$])")
_RAW_ESCAPE = re.compile(r"\\[ux\d]")
_SEPARATOR = re.compile(r"[\u2028\u2029]")


def _softened(code: Code) -> str:
    """The code with what esprima2 wrongly rejects replaced, at equal length, by something else that is as valid there."""
    found = captures(code.tree.root_node, _SOFT)
    text = _PHASE.sub(lambda match: "import".ljust(len(match[0])), _ASTRAL.sub("a", code.text))
    text = _AWAIT_USING.sub("     ", text)
    replacements: list[tuple[int, int, str]] = []

    def replace(node: "Node", new: str, end: int | None = None) -> None:
        start, end = code.offset(node.start_byte), code.offset(node.end_byte if end is None else end)
        replacements.append((start, end, new.ljust(end - start)))

    for node in found.get("method", []):
        if not node.has_error:
            replace(node, "x(){}")
    for node in found.get("field", []):
        name = node.child_by_field_name("property")
        if name is not None and name.text in (b"static", b"get", b"set", b"async") and not node.has_error:
            replace(name, "x")
    for node in found.get("blank", []):
        if not node.has_error:
            replace(node, "")
    for node in found.get("power", []):
        replace(node, "*")
    for node in found.get("name", []):
        replace(node, "a")
    for comma, closing in zip(found.get("options", []), found.get("options_end", []), strict=False):
        replace(comma, "", closing.start_byte)
    reach = 0
    places = [(node.start_byte, kind == "receiver", node) for kind in ("inside", "receiver") for node in found.get(kind, [])]
    for start, is_receiver, node in sorted(places, key=lambda place: place[:2]):
        if not is_receiver:
            reach = max(reach, node.end_byte)
        elif start < reach:
            replace(node, "this")
    reach = 0
    for node in found.get("raw", []):
        if node.start_byte < reach:
            continue
        reach = node.end_byte
        start, end = code.offset(node.start_byte), code.offset(node.end_byte)
        replacements += [(start + match.start(), start + match.end(), "  ") for match in _RAW_ESCAPE.finditer(text[start:end])]
    if _SEPARATOR.search(text):
        for node in found.get("string", []):
            start, end = code.offset(node.start_byte), code.offset(node.end_byte)
            replacements.append((start, end, _SEPARATOR.sub(" ", text[start:end])))
    return _replaced(text, replacements)


def _replaced(text: str, replacements: list[tuple[int, int, str]]) -> str:
    """The text with stretches replaced; of stretches within each other the outer one."""
    parts, position = [], 0
    for start, end, new in sorted(replacements, key=lambda replacement: (replacement[0], -replacement[1])):
        if start >= position:
            parts += [text[position:start], new]
            position = end
    return "".join([*parts, text[position:]])
