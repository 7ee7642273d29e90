"""Rule pages: Markdown with a title, sections and fences. Read for reports and by the tester of their examples."""

import re
from typing import NamedTuple

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*([^`]*)$")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t]*#*$")


class Heading(NamedTuple):
    """`## Title`: its depth and text; `line` is 1-based."""

    depth: int
    title: str
    line: int


class Fence(NamedTuple):
    """A block of code: what stands behind the opening backticks, the text with its line ends, and its first line."""

    info: str
    text: str
    line: int


class Line(NamedTuple):
    """A line of prose (or an empty one)."""

    text: str
    line: int


def blocks(page: str) -> list[Heading | Fence | Line]:
    """A page in order; an unclosed fence reaches to the end, as in CommonMark."""
    found: list[Heading | Fence | Line] = []
    lines = iter(enumerate(page.replace("\r\n", "\n").split("\n"), start=1))
    for number, text in lines:
        if fence := _FENCE.match(text):
            mark, content = fence[1], []
            for _, inner in lines:
                if inner.strip().startswith(mark) and not inner.strip(f" {mark[0]}"):
                    break
                content.append(inner + "\n")
            found.append(Fence(fence[2].strip(), "".join(content), number + 1))
        elif heading := _HEADING.match(text):
            found.append(Heading(len(heading[1]), heading[2], number))
        else:
            found.append(Line(text, number))
    return found


def sections(page: str) -> dict[str, str]:
    """The prose of each second-level section: paragraphs separated by empty lines, without fences and deeper headings."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for block in blocks(page):
        if isinstance(block, Heading):
            current = found.setdefault(block.title, []) if block.depth == 2 else []
        elif isinstance(block, Line):
            current.append(block.text)
    return {title: "\n".join(lines).strip() for title, lines in found.items()}


def prose(markdown: str) -> str:
    """Prose without its markup: links become their texts, a paragraph becomes one line."""
    text = re.sub(r"\[([^\]\n]*)\]\([^)\s]*\)", r"\1", markdown)
    text = re.sub(r"`([^`\n]+)`", r"\1", text)
    text = re.sub(r"\*\*([^*\n]+)\*\*", r"\1", text)
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence, the stop included."""
    return re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
