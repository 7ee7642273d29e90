"""Whether a piece of code parses, and if not, where and why (rule SIG001).

Two parsers must agree that code is broken, because each rejects some valid code: tree-sitter, or a form on its tree that the
specification forbids (`early_errors`), and esprima2, which knows the reason and the exact character but is slow, so that it
reads suspected code only. Forms that esprima2 does not know stand by themselves.
"""

import enum
import re
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.sources.early_error_forms import queries
from sigmalint.sources.early_errors import EarlyError, captures, early_errors
from sigmalint.sources.memo import Memo
from sigmalint.sources.script import Code, CodeKind, parser
from sigmalint.sources.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node

LARGEST = 2_000_000
"""Characters beyond which esprima2 is not asked (it reads about half a million a second)."""


class SyntaxProblem(NamedTuple):
    """The first place at which a piece of code does not parse: a token within one line, and what is wrong there."""

    span: Span
    message: str


class Verdict(NamedTuple):
    """What is known of the syntax of a text.

    `problem` is its first syntax error: offsets and message. Outside of the stretch `unsure` (offsets) the text has no
    forbidden form that the queries `sought` find.
    """

    problem: tuple[int, int, str] | None
    unsure: tuple[int, int]
    sought: tuple[str, ...]

    def at(self, code: Code) -> SyntaxProblem | None:
        """The problem in its file."""
        return None if self.problem is None else SyntaxProblem(code.span(*self.problem[:2]), self.problem[2])


def syntax_problem(code: Code) -> SyntaxProblem | None:
    """The first syntax error of a piece of JavaScript; None where it parses, where the parsers disagree, for TypeScript."""
    return verdict_on(code).at(code)


def verdict_on(code: Code, before: Verdict | None = None, memo: Memo | None = None) -> Verdict:
    """What is known of the syntax of a piece of code.

    `before` is the verdict on `code.patch.before`, `memo` what a host remembers from one state of its code to the next: they
    save time, and change nothing.
    """
    whole = (0, len(code.text))
    if code.language != "javascript":
        return Verdict(None, whole, ())
    place = _unsure(code, before) or whole
    if code.is_broken:
        return Verdict(_error(code, memo), place, before.sought if before else ())
    sought = queries(code.text)
    if before is not None and code.patch is not None and code.patch.inside == "comment" and before.unsure == (0, 0):
        return Verdict(None, (0, 0), sought)
    errors = None
    if before is not None and before.sought == sought and place != whole:
        errors = early_errors(code, place)
    if errors is None:
        place, errors = whole, early_errors(code)
    return Verdict(_forbidden_form(code, errors or [], memo), (0, 0) if errors == [] else place, sought)


def read_ahead(code: Code, memo: Memo, seconds: float) -> bool:
    """Fill the memo with sound code, so that its next state is soon read if it is broken; False where there is more to do.

    It ends about so many seconds after the first stretch of code that was not known. Code that is broken was read.
    """
    if code.language != "javascript" or len(code.text) > LARGEST or code.is_broken:
        return True
    from sigmalint.sources.packrat import OutOfTimeError, PackratParser

    try:
        PackratParser(_softened(code), code, memo, seconds).read(code.kind)
    except OutOfTimeError:
        return memo.full
    except Exception:  # see `_esprima_verdict`
        return True
    return True


def _unsure(code: Code, before: Verdict | None) -> tuple[int, int] | None:
    """The stretch outside of which the code is known to have no forbidden form; None where nothing is known."""
    patch = code.patch
    if patch is None or before is None:
        return None
    first, last, old_last = patch.unit or (patch.start, patch.end, patch.old_end)
    start, end = before.unsure
    if start == end:
        return first, last
    return min(start, first), max(end, old_last) + last - old_last


def _error(code: Code, memo: Memo | None) -> tuple[int, int, str] | None:
    """The error of code whose tree has one."""
    verdict = _esprima_verdict(_softened(code), code.kind, code, memo)
    if verdict is _Verdict.SOUND:
        return None
    if isinstance(verdict, _Failure):
        if verdict.message.startswith("Invalid left-hand side") and code.text[: verdict.at].rstrip().endswith(")"):
            return None  # engines read `f() = 1`, and throw when it runs
        start, end = _token(code.text, verdict.at)
        return start, end, _worded(verdict.message, code.text[start:end])
    start, end = _token(code.text, _first_error(code))
    return start, end, f"Unexpected token '{code.text[start:end]}'"


class _Failure(NamedTuple):
    """Where (an offset in the code) and why esprima2 stopped."""

    at: int
    message: str


class _Verdict(enum.Enum):
    """What else esprima2 may say: that code parses, or nothing, as it is too long or nested too deeply for it."""

    SOUND = enum.auto()
    UNKNOWN = enum.auto()


_LINE_END = re.compile(r"[\n\r\u2028\u2029]")


def _forbidden_form(code: Code, errors: list[EarlyError], memo: Memo | None) -> tuple[int, int, str] | None:
    whole: _Failure | _Verdict | None = None
    for error in errors:
        start, end = code.offset(error.start), code.offset(error.end)
        message = error.message
        if not error.alone:
            if error.piece:
                verdict = _esprima_verdict(code.text[start:end], CodeKind.SCRIPT)
            else:
                verdict = whole = whole or _verdict_on_form(code, memo)
            if verdict is _Verdict.SOUND:
                continue
            if not message:
                if not isinstance(verdict, _Failure) or not start <= verdict.at <= end:
                    continue
                start, end = _token(code.text, verdict.at)
                message = verdict.message
        line_end = _LINE_END.search(code.text, start, end)
        end = line_end.start() if line_end else end
        return start, end, _worded(message, code.text[start:end])
    return None


def _verdict_on_form(code: Code, memo: Memo | None) -> _Failure | _Verdict:
    softened = _softened(code)
    verdict = _esprima_verdict(softened, code.kind, code, memo)
    if verdict is _Verdict.SOUND and softened != code.text:  # what was replaced may have held the form
        return _esprima_verdict(code.text, code.kind, code, memo)
    return verdict


def _esprima_verdict(text: str, kind: CodeKind, code: Code | None = None, memo: Memo | None = None) -> _Failure | _Verdict:
    """What esprima2 says of a text: of the code, which may have been changed for it, or of a piece of it."""
    if len(text) > LARGEST:
        return _Verdict.UNKNOWN
    from sigmalint.sources.packrat import Error, PackratParser

    try:
        PackratParser(text, code, memo).read(kind)
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
    """The offset of tree-sitter's first ERROR or missing node in the code as it stands."""
    data = code.text.encode("utf-8", "surrogatepass")
    cursor = parser(code.language).parse(data).walk()
    while True:
        node = cursor.node
        assert node is not None
        if node.is_error or node.is_missing or not cursor.goto_first_child():
            return len(data[: node.start_byte].decode("utf-8", "surrogatepass"))
        while (child := cursor.node) is not None and not child.has_error and cursor.goto_next_sibling():
            pass


_RAW_ESCAPE = re.compile(r"\\[ux\d]")
_SEPARATOR = re.compile(r"[\u2028\u2029]")
_FIELD = "(field_definition property: (property_identifier)) @field"
_RECEIVER = """
(field_definition value: (_) @inside)
(class_static_block body: (_) @inside)
[(super) (meta_property "new")] @receiver
"""
_SPECIFIER = """
[(import_specifier name: (string) @name)
 (export_specifier name: (string) @name) (export_specifier alias: (string) @name)]
"""
_OPTIONS = '(call_expression function: (import) arguments: (arguments . "(" . (_) "," @options . (_) . ")"))'
_SOFT = (
    ("async", re.compile(r"async[^\w$]*[*/]"), '(method_definition "async" . "*") @method'),
    *(
        ("class", re.compile(rf"{name}[^\S\n\r]*[=;*}}/\n\r\u2028\u2029]"), _FIELD)
        for name in ("static", "get", "set", "async")
    ),
    ("@", re.compile(r"@(?<!\*@)(?<!\* @)"), "(decorator) @blank"),
    (
        "**",
        re.compile(r"\*\*(?<![/*]\*\*)(?![*/])"),
        '(binary_expression left: (parenthesized_expression) operator: "**" @power)',
    ),
    ("import", re.compile(r"import\b[^{}()\"';=]*\{[^}]*[\"']"), _SPECIFIER),
    ("export", re.compile(r"export\s*\{[^}]*[\"']"), _SPECIFIER),
    ("super", re.compile("super"), _RECEIVER),
    ("target", re.compile("target"), _RECEIVER),
    ("import", re.compile(r"import\s*\("), _OPTIONS),
    ("`", _RAW_ESCAPE, "(call_expression arguments: (template_string) @raw)"),
    ("\u2028", re.compile("\u2028"), "(string) @string"),
    ("\u2029", re.compile("\u2029"), "(string) @string"),
)
"""What esprima2 wrongly rejects: a text that it has, where in the code it may be, and the query that finds it there."""
_MOST_PLACES = 50
"""Places beyond which a query looks at everything between the first and the last of them."""
_PHASE = re.compile(r"\bimport(?:[ \t]+(?:defer|source)(?=[ \t]+(?!from\b)[\w$*])|\.(?:defer|source)(?=\())")
_AWAIT_USING = re.compile(r"\bawait(?=[ \t]+using[ \t]+[\w$])")


def _softened(code: Code) -> str:
    """The code with what esprima2 wrongly rejects replaced, at equal length, by something else that is as valid there."""
    found = _soft_places(code)
    text = code.text
    if "import" in text:
        text = _PHASE.sub(lambda match: "import".ljust(len(match[0])), text)
    if "using" in text:
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
    for comma in found.get("options", []):
        assert comma.parent is not None
        replace(comma, "", comma.parent.end_byte - 1)
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
    for node in found.get("string", []):
        start, end = code.offset(node.start_byte), code.offset(node.end_byte)
        replacements.append((start, end, _SEPARATOR.sub(" ", text[start:end])))
    return _replaced(text, replacements) if replacements else text


def _soft_places(code: Code) -> dict[str, list["Node"]]:
    """What the queries of `_SOFT` capture, by capture, each node once and in document order."""
    root = code.tree.root_node
    found: dict[str, dict[tuple[int, int], Node]] = {}
    for hint, place, query in _SOFT:
        if hint not in code.text:
            continue
        stretches = [_construct(root, code.byte(match.start())) for match in place.finditer(code.text)]
        if len(stretches) > _MOST_PLACES:
            stretches = [(root, (stretches[0][1][0], max(end for _, (_, end) in stretches)))]
        for node, within in stretches:
            for name, nodes in captures(node, query, within=within).items():
                found.setdefault(name, {}).update(((node.start_byte, -node.end_byte), node) for node in nodes)
    return {name: [node for _, node in sorted(nodes.items())] for name, nodes in found.items()}


def _construct(root: "Node", byte: int) -> "tuple[Node, tuple[int, int]]":
    """The outermost statement around a byte, and the bytes of what the token there is a part of."""
    cursor = root.walk()
    outermost = (cursor.goto_first_child_for_byte(byte) is not None and cursor.node) or root
    node = root.descendant_for_byte_range(byte, byte + 1) or root
    token = node.byte_range
    while node.byte_range == token and node.parent is not None:
        node = node.parent
    return (outermost if outermost.start_byte <= byte < outermost.end_byte else root), node.byte_range


def _replaced(text: str, replacements: list[tuple[int, int, str]]) -> str:
    """The text with stretches replaced; of stretches within each other the outer one."""
    parts, position = [], 0
    for start, end, new in sorted(replacements, key=lambda replacement: (replacement[0], -replacement[1])):
        if start >= position:
            parts += [text[position:start], new]
            position = end
    return "".join([*parts, text[position:]])
