"""What an editor offers to do about a finding: its fix, what is missing, suppressions, the rule's page.

Actions are worked out from the findings as they are now: what a client sends back with its diagnostics is not needed.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from lsprotocol import types

from sigmalint.finding import Edit, Finding, Fix
from sigmalint.fixes import apart
from sigmalint.lsp.cursor import look
from sigmalint.lsp.diagnostics import Writer
from sigmalint.lsp.view import View
from sigmalint.model import Absent, ObjectValue, Request
from sigmalint.sdk import Declaration, Role
from sigmalint.sources.json_text import JsonArray, JsonNode, JsonObject, JsonScalar
from sigmalint.sources.script import LANGUAGES
from sigmalint.sources.text import SourceFile, Span

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.sigmalint"
EXPLAIN = "sigmalint.explain"
"""The command that shows a rule's page; its argument is the code."""

_MISSING = {"missing-type": Role.METHOD, "missing-url": Role.URL, "missing-connection": Role.CONNECTION}
_ORIGIN = re.compile(r"https://[\w.-]+(?::\d+)?")
_INDENT = re.compile(r"[ \t]*")


def actions(
    view: View, writer: Writer, findings: Sequence[Finding], where: Span, only: Sequence[str] | None
) -> Iterator[types.CodeAction]:
    """The actions for the findings that touch a stretch of the file; `only` are the kinds that are asked for."""
    if _wanted(types.CodeActionKind.QuickFix.value, only):
        for finding in findings:
            if finding.span.start <= where.end and where.start <= finding.span.end:
                yield from _about(view, writer, finding)
    if _wanted(FIX_ALL, only):
        edits = list(_all(findings))
        if edits:
            yield types.CodeAction("Fix all that sigmalint can fix safely", kind=FIX_ALL, edit=view.edit(edits))


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    return only is None or any(one in ("", kind) or kind.startswith(f"{one}.") for one in only)


def _all(findings: Sequence[Finding]) -> Iterator[Edit]:
    """The edits of the safe fixes of the file, less those that would overlap."""
    safe = (
        finding.fix
        for finding in findings
        if finding.fix is not None
        and finding.fix.safe
        and all(edit.span.file is finding.span.file for edit in finding.fix.edits)
    )
    for fix in apart(safe):
        yield from fix.edits


def _about(view: View, writer: Writer, finding: Finding) -> Iterator[types.CodeAction]:
    diagnostics = [writer.write(finding)]

    def action(title: str, edits: Sequence[Edit], *, preferred: bool = False) -> types.CodeAction:
        return types.CodeAction(
            title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=diagnostics,
            is_preferred=preferred or None,
            edit=view.edit(edits),
        )

    if finding.fix is not None:
        note = "" if finding.fix.safe else " (may change what the program does)"
        yield action(finding.fix.description + note, finding.fix.edits, preferred=finding.fix.safe)
    if finding.rule.name in _MISSING:
        additions = list(_additions(view, finding))
        for title, edits in additions:
            yield action(title, edits, preferred=len(additions) == 1 and finding.rule.name != "missing-url")
    if finding.rule.name == "unknown-connection":
        for title, edits in _declarations(view, finding):
            yield action(title, edits)
    if finding.rule.name == "domain-not-whitelisted":
        for title, edits in _domains(view, finding):
            yield action(title, edits)
    for title, edits in _suppressions(view, finding):
        yield action(title, edits)
    title = f"Explain {finding.rule.code} ({finding.rule.name})"
    yield types.CodeAction(
        title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=diagnostics,
        command=types.Command(title, EXPLAIN, arguments=[finding.rule.code]),
    )


# --- what is missing in a request ------------------------------------------------------------------------------------------


def _additions(view: View, finding: Finding) -> Iterator[tuple[str, list[Edit]]]:
    """The options that a request lacks, or has without a value; one action for each likely value."""
    role = _MISSING[finding.rule.name]
    extension = view.extension
    for request in extension.requests if extension is not None else ():
        label = request.option_of(role)
        if label is None:
            continue
        for what in (options.what for options in request.options if isinstance(options.what, ObjectValue)):
            absent = what.brace == finding.span and any(isinstance(case.what, Absent) for case in request.option(label))
            empty = any(case.span == finding.span and case.empty for case in request.role(role)) and not absent
            if absent or empty:
                for value in _likely(view, request, role, what):
                    if empty and not value:
                        continue  # it is so already
                    member = f'{label}: "{value}"'
                    if absent:
                        title, edit = f"Add {member}", _insert(what.brace, member, empty=not what.keys)
                    else:
                        title, edit = f"Write {member}", Edit(finding.span, _quoted(finding.span, f'"{value}"'))
                    yield title, list(Fix(title, (edit,)).in_code().edits)
                return


def _likely(view: View, request: Request, role: Role, options: ObjectValue) -> list[str]:
    """What an option may be meant to say."""
    if role is Role.METHOD:
        bodied = request.option_of(Role.BODY) in options.properties
        return list(dict.fromkeys((*(("POST", "PUT") if bodied else ("GET", "POST")), *request.form.methods)))[:2]
    if role is Role.CONNECTION:
        return [one.link_name for one in (view.extension.connections if view.extension else ()) if one.link_name]
    # A beginning such as "https://" would be a mistake of another kind; what is empty stays reported as missing, at its place.
    return _origins(view) or [""]


def _origins(view: View) -> list[str]:
    """The addresses that the manifest allows requests to, each as the beginning of one."""
    manifest = view.extension.manifest if view.extension is not None else None
    found = [domain.text.rstrip("/") for domain in manifest.whitelisted_domains] if manifest is not None else []
    return [f"{origin}/" for origin in dict.fromkeys(found) if _ORIGIN.fullmatch(origin)]


def _insert(brace: Span, member: str, *, empty: bool) -> Edit:
    """A member at the beginning of an object literal, on a line of its own where the first one has that."""
    file, start = brace.file, brace.start
    text = file.text
    after = start + 1
    member = _quoted(brace, member)
    following = len(text) - len(text[after:].lstrip())
    if "\n" in text[after:following] and not empty:
        blank = text[after:following]
        return Edit(file.span(after, after), f"{blank}{member},")
    return Edit(file.span(after, after), f" {member} " if empty else f" {member},")


def _quoted(where: Span, code: str) -> str:
    """Code with double quotes as it can stand at a place: single ones in an attribute that has double ones around it."""
    place = where.file.embedded_at(where.start)
    return code if place is None or place.quote != '"' else code.replace('"', "'")


# --- the manifest ----------------------------------------------------------------------------------------------------------


def _declarations(view: View, finding: Finding) -> Iterator[tuple[str, list[Edit]]]:
    """A connection that the manifest lacks."""
    extension = view.extension
    name = next(
        (
            case.text
            for request in (extension.requests if extension else ())
            for case in request.role(Role.CONNECTION)
            if case.span == finding.span
        ),
        None,
    )
    if extension is None or extension.manifest is None or extension.manifest.root is None:
        return
    if name is None or not extension.connections.accepts(name):
        return
    manifest, root = extension.manifest, extension.manifest.root
    arrays = [
        declaration
        for product in view.own_products
        for declaration in product.manifest.declarations
        if declaration.shape == "array"
    ]
    used = {connection.declared_in for connection in manifest.connections}
    used |= {member.key for member in root.members if isinstance(member.value, JsonArray) and not member.value.items}
    arrays.sort(key=lambda declaration: declaration.key not in used)
    for declaration in arrays[:1]:
        member = root.get(declaration.key)
        value = member.value if member else None
        edit = _append(root, declaration.key, value, _entry(declaration, value, name))
        if edit is not None:
            yield f'Declare the connection "{name}" in {os.path.basename(manifest.file.path)}', [edit]


def _entry(declaration: Declaration, among: JsonNode | None, name: str) -> object:
    """A connection, written as the last of those that are declared: a name alone, or an object that has it under a key."""
    last = among.items[-1] if isinstance(among, JsonArray) and among.items else None
    if isinstance(last, JsonScalar):
        return name
    own = (key for key in declaration.link_name if isinstance(last, JsonObject) and last.get(key))
    key = next(own, declaration.link_name[0])
    return {key: name} | ({declaration.display_name[0]: name} if declaration.display_name and key != "name" else {})


def _domains(view: View, finding: Finding) -> Iterator[tuple[str, list[Edit]]]:
    """A domain that the manifest lacks."""
    extension = view.extension
    url = next(
        (
            case
            for request in (extension.requests if extension else ())
            for case in request.role(Role.URL)
            if case.span == finding.span
        ),
        None,
    )
    if url is None or extension is None or extension.manifest is None or extension.manifest.root is None:
        return
    try:
        parts = urlsplit(url.shown)
    except ValueError:
        return
    if not parts.scheme or not parts.netloc or "…" in parts.netloc:
        return
    domain = f"{parts.scheme}://{parts.netloc}"
    root = extension.manifest.root
    member = root.get("whiteListedDomains")
    edit = _append(root, "whiteListedDomains", member.value if member else None, domain)
    if edit is not None:
        yield f"Whitelist {domain} in the manifest", [edit]


def _append(root: JsonObject, key: str, value: JsonNode | None, entry: object) -> Edit | None:
    """An element at the end of an array of the manifest, or the array; None where something else is in its place."""
    edit = _appended(root, key, value, entry)
    return None if edit is None else edit._replace(text=edit.text.replace("\n", _line_ending(root.span.file)))


def _appended(root: JsonObject, key: str, value: JsonNode | None, entry: object) -> Edit | None:
    file = root.span.file
    unit = _unit(root)
    if value is None:
        text = f"{json.dumps(key)}: {_written([entry], unit, 1)}"
        end = root.members[-1].value.span.end if root.members else root.span.start + 1
        comma = "," if root.members else ""
        return Edit(file.span(end, end), f"{comma}\n{unit}{text}" + ("" if root.members else "\n"))
    if not isinstance(value, JsonArray):
        return None
    if not value.items:
        return Edit(value.span, _written([entry], unit, 1))
    last = value.items[-1].span
    first = value.items[0].span
    if value.span.begin.line == first.begin.line:
        return Edit(file.span(last.end, last.end), f", {json.dumps(entry, ensure_ascii=False)}")
    indent = _INDENT.match(file.text, file.line_starts[first.begin.line - 1])
    margin = indent[0] if indent else ""
    return Edit(file.span(last.end, last.end), ",\n" + margin + _written(entry, unit, 0).replace("\n", "\n" + margin))


def _line_ending(file: SourceFile) -> str:
    """How a file ends its lines."""
    return "\r\n" if "\r\n" in file.text else "\n"


def _unit(root: JsonObject) -> str:
    """How the manifest is indented."""
    if not root.members:
        return "  "
    file, start = root.members[0].key_span.file, root.members[0].key_span.start
    line = file.line_starts[root.members[0].key_span.begin.line - 1]
    margin = file.text[line:start]
    return margin if margin and not margin.strip() else "  "


def _written(value: object, unit: str, level: int) -> str:
    return json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", "\n" + unit * level)


# --- suppressions ----------------------------------------------------------------------------------------------------------


def _suppressions(view: View, finding: Finding) -> Iterator[tuple[str, list[Edit]]]:
    """A comment that hides the finding; in files that can have comments."""
    file, start = finding.span.file, finding.span.start
    suffix = os.path.splitext(view.path)[1].lower()
    if finding.rule.name == "unused-suppression" or suffix == ".json":
        return
    script = suffix in LANGUAGES
    page = view.extension is not None and any(page.file is file for page in view.extension.pages)
    code = finding.rule.code
    line = file.line_starts[finding.span.begin.line - 1]
    margin = _INDENT.match(file.text, line)
    indent = margin[0] if margin else ""
    ending = _line_ending(file)
    if (place := _code_on_line(view, line, start)) is not None:
        comment = f"{indent}// sigmalint-disable-next-line {code}{ending}"
        if place > line:
            comment = f"/* sigmalint-disable-line {code} */ "
        yield f"Suppress {code} on this line", [Edit(file.span(place, place), comment)]
    elif page and (tag := _element_before(view, start)) is not None:
        at = file.span(tag, tag)
        yield f"Suppress {code} on this element", [Edit(at, f"<!-- sigmalint-disable-next-line {code} -->{ending}{indent}")]
    if script or page:
        comment = f"// sigmalint-disable-file {code}" if script else f"<!-- sigmalint-disable-file {code} -->"
        top = _top(file.text)
        yield f"Suppress {code} in this file", [Edit(file.span(top, top), comment + ending)]


def _code_on_line(view: View, line: int, start: int) -> int | None:
    """Where a comment about a line can stand: at its beginning, or before the first token that begins on it, where a comment
    or string goes on from above. None where that goes on to its end, and where it begins outside of the code of `start`."""
    code = view.code_at(start)
    if code is None or code.place(0) > line:
        return None
    cursor = look(code, line)
    inside = cursor.string or cursor.comment
    if inside is None or inside.start >= line:
        return line
    behind = cursor.following
    on_line = behind is not None and view.file.position(behind.start).line == view.file.position(line).line
    return behind.start if behind is not None and on_line else None


def _element_before(view: View, offset: int) -> int | None:
    """Where the element begins that a finding in an attribute or script tag is in."""
    code = view.code_at(offset)
    text = view.file.text
    if code is not None and text[code.place(0) - 1 : code.place(0)] == ">":
        offset = text.rfind("<", 0, code.place(0))
    start = text.rfind("<", 0, offset + 1)
    return start if start >= 0 and re.match(r"<[A-Za-z]", text[start : start + 2]) else None


def _top(text: str) -> int:
    """Where a comment for the whole file goes: behind a doctype or hashbang line."""
    match = re.match(r"\s*<!doctype[^>]*>[ \t]*\r?\n|#![^\n]*\n", text, re.IGNORECASE)
    return match.end() if match else 0
