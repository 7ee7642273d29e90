"""Code that does not parse: the browser runs none of it."""

from sigmalint import Extension, Level, Report, Rule, Source

META = Rule(
    code="SIG001",
    name="syntax-error",
    level=Level.ERROR,
    tags=("syntax",),
    sources=(Source("https://tc39.es/ecma262/", "2026-11"),),
)


def check(extension: Extension, report: Report) -> None:
    for script in extension.scripts:
        if problem := script.syntax_problem:
            report(problem.span, problem.message)
