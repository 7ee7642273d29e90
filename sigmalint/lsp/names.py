"""The names that code gives to an SDK and its members: `const { WRITER: w } = SigmaSDK`.

No parser is asked, as code may be half typed, and no scope is looked at: what is found is only offered.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from sigmalint.analysis.browser import WINDOWS
from sigmalint.sdk import Product

_NAME = r"[\w$]+"
_DOTTED = rf"{_NAME}(?:\s*\??\.\s*{_NAME})*"
_GIVES = rf"(?<![=!<>])=\s*(?:await\s+)?(?:(?:{'|'.join(sorted(WINDOWS))})\s*\??\.\s*)*"
_GIVEN = re.compile(rf"(?:(?:const|let|var)\s+({_NAME})\s*:[^=;\n]+|({_DOTTED})|(\}})\s*(?::[^=;\n]+)?)\s*\Z")
_REST = re.compile(rf"(?:\s*\??\.\s*{_NAME})*")
_BEHIND = re.compile(r"\s*(\()|[ \t]*(?:$|[^\s.\w$\[])", re.MULTILINE)
_PATTERN = re.compile(rf"(\{{)|(\}})|=[^,{{}}]*|({_NAME}|\"[^\"\n]*\"|'[^'\n]*')\s*(:)?")
_PARAMETERS = re.compile(rf"(?:({_NAME})?\s*(\([^()]*\))\s*(?:=>\s*)?|({_NAME})\s*=>\s*)\Z")
_TESTING = frozenset(("if", "while", "switch", "with"))
"""The words whose parentheses declare nothing."""
_BLANK = re.compile(r"[\s?]+")
_LONGEST, _LONGEST_PATTERN = 100, 400
"""How many characters of a name with its type are read, and of a pattern."""


def canonical(written: str, names: Mapping[str, str]) -> str:
    """The path from the global object on of a dotted name, as `names` resolve its beginning; empty for the global object."""
    steps = written.split(".")
    while steps and steps[0] in WINDOWS:
        del steps[0]
    for end in range(len(steps), 0, -1):
        if (path := names.get(".".join(steps[:end]))) is not None:
            return ".".join([path, *steps[end:]])
    return ".".join(steps)


def given_names(text: str, products: Iterable[Product]) -> dict[str, str]:
    """What code gives to the SDKs of products: dotted names, each with its path from the global object on."""
    inits = {f"{product.namespace}.{product.init.name}": product.namespace for product in products}
    found = {name: product.namespace for product in products for name in product.clients}
    new = {product.root: product.root for product in products} | found
    while new := {name: path for name, path in new.items() if name in text}:
        sources = re.compile(rf"{_GIVES}({'|'.join(map(re.escape, new))})(?![\w$])")
        new = {}
        for match in sources.finditer(text):
            given = _GIVEN.search(text, max(0, match.start() - _LONGEST), match.start())
            rest = _REST.match(text, match.end())
            behind = _BEHIND.match(text, rest.end()) if rest else None
            if given is None or rest is None or behind is None:
                continue
            path: str | None = canonical(match[1] + _BLANK.sub("", rest[0]), found)
            if behind[1]:  # a call
                path = inits.get(path or "")
            if path is None:
                continue
            if given[3]:
                new |= _parts(text[max(0, given.end(3) - _LONGEST_PATTERN) : given.end(3)], path)
            else:
                new[_BLANK.sub("", given[1] or given[2])] = path
        new = {name: path for name, path in new.items() if name not in found}
        found |= new
    return found


def declares(text: str, name: str, start: int, end: int) -> bool:
    """Whether the block that begins at an offset declares a name before another: a variable in it, or a parameter before it."""
    word = rf"(?<![\w$]){re.escape(name)}(?![\w$])"
    parameters = _PARAMETERS.search(text, max(0, start - _LONGEST_PATTERN), start)
    if parameters is not None and parameters[1] not in _TESTING and re.search(word, parameters[2] or parameters[3]):
        return True
    return re.compile(rf"\b(?:const|let|var)\s[^;=]*{word}").search(text, start, end) is not None


def _parts(text: str, path: str) -> Iterator[tuple[str, str]]:
    """The names in the destructuring pattern that a text ends with, each with the path of what it is given."""
    depth = 0
    for start in range(len(text) - 1, -1, -1):
        depth += (text[start] == "}") - (text[start] == "{")
        if not depth:
            break
    else:
        return
    paths, key = [path], ""
    for match in _PATTERN.finditer(text, start + 1, len(text) - 1):
        opened, closed, name, colon = match.groups()
        if opened:
            paths.append(f"{paths[-1]}.{key}")
        elif closed and len(paths) > 1:
            paths.pop()
        elif name and colon:
            key = name.strip("\"'")
            continue
        elif name:
            yield name, f"{paths[-1]}.{key or name}"
        key = ""
