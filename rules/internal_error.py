"""A rule or a reader of sigmalint crashed. The engine reports it; there is nothing to check."""

from sigmalint import Extension, Level, Report, Rule

META = Rule(code="SIG007", name="internal-error", level=Level.ERROR, tags=("internal",))


def check(extension: Extension, report: Report) -> None:
    """Nothing: the engine makes the finding when a check raises."""
