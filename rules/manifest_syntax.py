"""A manifest that is not strict JSON: the platform refuses it."""

from sigmalint import Extension, Fixability, Level, Report, Rule

from ._sources import MANIFEST

META = Rule(
    code="SIG004",
    name="manifest-syntax",
    level=Level.ERROR,
    fix=Fixability.SAFE,
    tags=("manifest", "syntax"),
    sources=(MANIFEST,),
)


def check(extension: Extension, report: Report) -> None:
    for problem in extension.manifest.problems if extension.manifest else ():
        report(problem.span, problem.message, fix=problem.fix)
