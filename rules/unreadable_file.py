"""A file that cannot be read or decoded; the rest of the extension is still checked."""

from sigmalint import Extension, Level, Report, Rule

META = Rule(code="SIG002", name="unreadable-file", level=Level.ERROR, tags=("files",))


def check(extension: Extension, report: Report) -> None:
    for file in extension.unreadable:
        report(file.span, f'"{file.span.file.path}" cannot be read as text: {file.reason}')
