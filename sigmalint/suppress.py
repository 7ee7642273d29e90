"""Suppression comments: what they say, which findings they hide, and which of them hide nothing.

A comment is one when it begins with `sigmalint-disable-line`, `-disable-next-line`, `-disable-file`, `-disable` or
`sigmalint-enable`, then codes, names or prefixes of rules, then perhaps a reason behind ` -- `. In scripts `disable` holds up
to `enable` or the end of the script; in pages the words stand in `<!-- -->`, `disable` holds up to `enable` or the end of the
page, and `disable-next-line` also covers the next element's attributes and its script.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from sigmalint.finding import Edit, Finding, Fix, Suppression
from sigmalint.registry import matches, nearest_selector
from sigmalint.settings import Settings
from sigmalint.sources.places import matched
from sigmalint.sources.text import SourceFile, Span
from sigmalint.spelling import nearest

if TYPE_CHECKING:
    from tree_sitter import Node

    from sigmalint.registry import LoadedRule
    from sigmalint.sources.page import MarkupPage
    from sigmalint.sources.script import Code

UNUSED = "unused-suppression"
"""The rule whose findings are made here."""

_MARK = re.compile(r"(sigmalint-)")
_IN_MARKUP = re.compile(r"<!--[\s*]*+sigmalint-")
_LINE, _NEXT_LINE, _FILE, _DISABLE, _ENABLE = _WORDS = (
    "sigmalint-disable-line",
    "sigmalint-disable-next-line",
    "sigmalint-disable-file",
    "sigmalint-disable",
    "sigmalint-enable",
)
_DIRECTIVE = re.compile(
    r"(?://+|/\*+|<!--)[\s*]*+(?P<word>sigmalint-[A-Za-z-]*[A-Za-z])(?P<names>(?![\w-])[\s\S]*?)(?:\*+/|--!?>)?\Z"
)
_REASON = re.compile(r"(?:\A|\s)-{2,}(?:\s|\Z)")
_NAME = re.compile(r"[^\s,]+")


@dataclass(slots=True, eq=False)
class _Name:
    """A rule, or several by a prefix, that a directive names; `codes` is empty where there is none of that name.

    `begun_by` are the names whose `disable` this one's `enable` ends, `ended_by` the `enable`s that end this one's `disable`.
    """

    text: str
    span: Span
    codes: tuple[str, ...]
    used: bool = False
    begun_by: "set[_Name]" = field(default_factory=set)
    ended_by: "dict[_Name, _Directive]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Directive:
    """A suppression comment; `end` is where a `disable` ends that nothing ends before."""

    word: str
    span: Span
    names: tuple[_Name, ...]
    reason: str | None
    end: int
    element: tuple[int, int] | None


class _Stretch(NamedTuple):
    start: int
    end: int
    directive: _Directive
    name: _Name


_Hit = tuple[_Directive, _Name]


@dataclass(slots=True)
class _Cover:
    """What is hidden in one file, by code: stretches of one list do not overlap, so a finding is looked up by bisection."""

    whole: dict[str, _Hit] = field(default_factory=dict)
    lines: dict[tuple[str, int], _Hit] = field(default_factory=dict)
    elements: dict[str, list[_Stretch]] = field(default_factory=dict)
    regions: dict[str, list[_Stretch]] = field(default_factory=dict)

    def hit(self, finding: Finding) -> _Hit | None:
        """The suppression nearest to a finding."""
        code, offset = finding.rule.code, finding.span.start
        return (
            (self.lines.get((code, finding.span.begin.line)) if self.lines else None)
            or _around(self.elements.get(code), offset)
            or _around(self.regions.get(code), offset)
            or self.whole.get(code)
        )


def _around(stretches: list[_Stretch] | None, offset: int) -> _Hit | None:
    if not stretches:
        return None
    index = bisect_right(stretches, offset, key=lambda stretch: stretch.start) - 1
    if index < 0 or offset >= stretches[index].end:
        return None
    return stretches[index].directive, stretches[index].name


def apply(
    findings: Sequence[Finding],
    pages: Iterable["MarkupPage"],
    codes: Iterable["Code"],
    rules: Sequence["LoadedRule"],
    settings: Settings,
    *,
    complete: bool,
) -> list[Finding]:
    """The findings, those that a comment hides marked so, and with them those about the comments.

    `codes` are all pieces of code that were read, those of pages among them. A suppression is called unused only if the run
    is `complete`, and only by the rules that were on.
    """
    files = _directives(pages, codes, rules)
    if not files:
        return list(findings)
    covers = {file: _cover(directives) for file, directives in files.items()}
    marked = [_marked(finding, covers) for finding in findings]
    rule = next((rule for rule in rules if rule.meta.name == UNUSED), None)
    if rule is None:
        return marked
    code = rule.meta.code
    level = settings.levels.get(code, rule.meta.level)
    for file, directives in files.items():
        if not settings.enabled(code, file.path):
            continue
        about = [
            Finding(rule=rule.meta, message=message, span=span, level=level, hint=hint, fix=fix)
            for directive in directives
            for span, message, hint, fix in _faults(directive, rules, settings, complete=complete, own=code)
        ]
        marked += [_marked(finding, covers) for finding in about]
        for directive in directives:
            if complete and any(code in name.codes and not name.used for name in directive.names):
                faults = _faults(directive, rules, settings, complete=True, own=None)
                known = {finding.span for finding in about}
                marked += [
                    Finding(rule=rule.meta, message=message, span=span, level=level, hint=hint, fix=fix)
                    for span, message, hint, fix in faults
                    if span not in known
                ]
    return marked


def _marked(finding: Finding, covers: dict[SourceFile, _Cover]) -> Finding:
    cover = covers.get(finding.span.file)
    hit = cover.hit(finding) if cover else None
    if hit is None:
        return finding
    directive, name = hit
    name.used = True
    return replace(finding, suppression=Suppression("inSource", directive.reason))


# --- reading -----------------------------------------------------------------------------------------------------------------


def _directives(
    pages: Iterable["MarkupPage"], codes: Iterable["Code"], rules: Sequence["LoadedRule"]
) -> dict[SourceFile, list[_Directive]]:
    """The directives of each file, in order."""
    found: dict[SourceFile, dict[int, _Directive]] = {}
    for page in pages:
        if _IN_MARKUP.search(page.file.text):
            for directive in _in_page(page, rules):
                found.setdefault(page.file, {})[directive.span.start] = directive
    for code in codes:
        if matched(code, _MARK):
            for directive in _in_code(code, rules):
                found.setdefault(code.file, {})[directive.span.start] = directive
    return {file: [directive for _, directive in sorted(known.items())] for file, known in found.items()}


def _in_code(code: "Code", rules: Sequence["LoadedRule"]) -> Iterator[_Directive]:
    comments: dict[int, Node] = {}
    for mark in _MARK.finditer(code.text):
        at = code.byte(mark.start())
        node = code.tree.root_node.descendant_for_byte_range(at, at + 1)
        if node is not None and node.type == "comment":
            comments[node.start_byte] = node
    for node in comments.values():
        start, end = code.offset(node.start_byte), code.offset(node.end_byte)
        match = _DIRECTIVE.match(code.text[start:end])
        if match:
            found = _names(match["names"], start + match.start("names"))
            names = [(name, code.span(at, at + len(name))) for name, at in found]
            yield _directive(match, code.span(start, end), names, rules, code.place(len(code.text)), None)


def _in_page(page: "MarkupPage", rules: Sequence["LoadedRule"]) -> Iterator[_Directive]:
    from sigmalint.sources.markup import Comment, StartTag, Text, tokenize

    text = page.file.text
    waiting: list[tuple[re.Match[str], int, int]] = []
    element: tuple[int, int] | None = None

    def finished() -> Iterator[_Directive]:
        for match, start, end in waiting:
            found = _names(match["names"], start + match.start("names"))
            names = [(name, page.file.span(at, at + len(name))) for name, at in found]
            yield _directive(match, page.file.span(start, end), names, rules, len(text), element)

    for token in tokenize(text):
        if element is not None:
            if isinstance(token, Text) and token.owner == element[0]:
                element = element[0], token.end
                continue
            yield from finished()
            waiting, element = [], None
        if isinstance(token, Comment) and text.startswith("<!--", token.start):
            match = _DIRECTIVE.match(text[token.start : token.end])
            if match:
                waiting.append((match, token.start, token.end))
        elif isinstance(token, StartTag) and waiting:
            element = token.start, token.end
    yield from finished()


def _names(text: str, offset: int) -> list[tuple[str, int]]:
    """The names of a directive, each with its offset, `offset` added."""
    reason = _REASON.search(text)
    return [(match[0], offset + match.start()) for match in _NAME.finditer(text, 0, reason.start() if reason else len(text))]


def _directive(
    match: re.Match[str],
    span: Span,
    names: Iterable[tuple[str, Span]],
    rules: Sequence["LoadedRule"],
    end: int,
    element: tuple[int, int] | None,
) -> _Directive:
    reason = _REASON.search(match["names"])
    text = " ".join(match["names"][reason.end() :].split()) if reason else ""
    known = tuple(
        _Name(name, place, tuple(rule.meta.code for rule in rules if matches(name, rule.meta))) for name, place in names
    )
    return _Directive(match["word"], span, known, text or None, end, element)


# --- what is hidden ----------------------------------------------------------------------------------------------------------


def _cover(directives: Sequence[_Directive]) -> _Cover:
    cover = _Cover()
    opened: dict[str, _Stretch] = {}
    again: dict[str, list[_Name]] = {}
    """The names of further `disable`s amid one."""

    def close(code: str, at: int) -> list[_Name]:
        """End a stretch; the names that this is the end of."""
        stretch, others = opened.pop(code, None), again.pop(code, [])
        if stretch is None:
            return []
        cover.regions.setdefault(code, []).append(stretch._replace(end=min(at, stretch.end)))
        return [stretch.name, *others] if at <= stretch.end else []

    for directive in directives:
        file, start = directive.span.file, directive.span.start
        for name in directive.names:
            for code in name.codes:
                hit = directive, name
                if directive.word == _FILE:
                    cover.whole.setdefault(code, hit)
                elif directive.word == _LINE:
                    for line in range(directive.span.begin.line, directive.span.finish.line + 1):
                        cover.lines.setdefault((code, line), hit)
                elif directive.word == _NEXT_LINE:
                    cover.lines.setdefault((code, file.position(directive.span.end).line + 1), hit)
                    if directive.element is not None:
                        elements = cover.elements.setdefault(code, [])
                        if not elements or elements[-1].start < directive.element[0]:
                            elements.append(_Stretch(*directive.element, directive, name))
                elif directive.word == _DISABLE:
                    if code not in opened or opened[code].end <= start:
                        close(code, start)
                        opened[code] = _Stretch(start, directive.end, directive, name)
                    else:
                        again.setdefault(code, []).append(name)
                elif directive.word == _ENABLE:
                    for begun in close(code, start):
                        name.used = True
                        name.begun_by.add(begun)
                        begun.ended_by[name] = directive
    for code in list(opened):
        close(code, opened[code].end)
    return cover


# --- what is wrong with a directive ------------------------------------------------------------------------------------------

_Fault = tuple[Span, str, str | None, Fix | None]


def _faults(
    directive: _Directive, rules: Sequence["LoadedRule"], settings: Settings, *, complete: bool, own: str | None
) -> Iterator[_Fault]:
    """Places, messages, hints and fixes. Names that mean the rule with the code `own` are judged later: it may yet be found."""
    if directive.word not in _WORDS:
        near = nearest(directive.word, _WORDS)
        if near:
            yield directive.span, f'"{directive.word}" is no suppression', f'did you mean "{near}"?', None
        return
    if not directive.names:
        yield directive.span, f'"{directive.word}" names no rule', "name codes, names or prefixes of rules", None
    unused = [name for name in directive.names if name.codes and not name.used and own not in name.codes]
    for name in directive.names:
        if not name.codes:
            near = nearest_selector(name.text, rules)
            hint = f'did you mean "{near}"?' if near else None
            yield name.span, f'"{name.text}" in a suppression is no code, name or prefix of a rule', hint, None
        elif name in unused and complete and _was_run(name, directive.span.file.path, rules, settings):
            message = (
                f'"{directive.word}" ends no suppression of "{name.text}"'
                if directive.word == _ENABLE
                else f'the suppression of "{name.text}" hides nothing'
            )
            yield name.span, message, None, _removal(directive, name, whole=len(unused) == len(directive.names))


def _was_run(name: _Name, path: str, rules: Sequence["LoadedRule"], settings: Settings) -> bool:
    """Whether the rules named were on, those that are off by default aside: else it cannot be said that none is found."""
    named = [rule.meta for rule in rules if rule.meta.code in name.codes]
    on = [settings.enabled(rule.code, path) for rule in named if rule.default]
    return all(on) and any(settings.enabled(rule.code, path) for rule in named)


def _removal(directive: _Directive, name: _Name, *, whole: bool) -> Fix | None:
    """Remove a name, or the whole directive, with the ends that would have no beginning then."""
    gone = {directive: {*directive.names} if whole else {name}}
    for one in tuple(gone[directive]):
        for end, its_directive in one.ended_by.items():
            if end.begun_by <= gone[directive]:
                gone.setdefault(its_directive, set()).add(end)
    edits: list[Edit] = []
    for one_directive, names in gone.items():
        if len(names) < len(one_directive.names):
            edits += _without(one_directive, names)
        elif (edit := _without_all(one_directive)) is not None:
            edits.append(edit)
        else:
            return None
    return Fix("Remove the suppression" if whole else f"Remove {name.text}", tuple(edits))


def _without(directive: _Directive, gone: set[_Name]) -> Iterator[Edit]:
    """Remove some of a directive's names, with the separators beside them."""
    names, file = directive.names, directive.span.file
    for is_gone, group in groupby(range(len(names)), lambda index: names[index] in gone):
        run = list(group)
        if is_gone:
            behind = run[-1] + 1
            last = behind == len(names)
            start = names[run[0] - 1].span.end if last else names[run[0]].span.start
            end = names[run[-1]].span.end if last else names[behind].span.start
            yield Edit(file.span(start, end), "")


def _without_all(directive: _Directive) -> Edit | None:
    """Remove a directive, and its line where nothing else is on it; None where it is a line end to the script."""
    file, start, end = directive.span.file, directive.span.start, directive.span.end
    text = file.text
    line = file.line_starts[file.position(start).line - 1]
    following = file.position(end).line
    line_end = file.line_starts[following] if following < len(file.line_starts) else len(text)
    before, after = text[line:start], text[end:line_end]
    if not before.strip() and not after.strip():
        return Edit(file.span(line, line_end), "")
    if directive.span.begin.line != following:
        return None
    if not after.strip():
        start = line + len(before.rstrip())
    glue = " " if text[start - 1 : start].strip() and text[end : end + 1].strip() else ""
    return Edit(file.span(start, end), glue)
