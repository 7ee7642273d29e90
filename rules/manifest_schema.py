"""A manifest of the wrong shape."""

from sigmalint import Extension, Level, Report, Rule

from ._sources import MANIFEST

META = Rule(code="SIG005", name="manifest-schema", level=Level.ERROR, tags=("manifest",), sources=(MANIFEST,))


def check(extension: Extension, report: Report) -> None:
    for problem in extension.manifest_problems:
        report(problem.span, problem.message)
