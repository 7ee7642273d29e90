"""A suppression comment that hides nothing, or names no rule. The engine reports it; there is nothing to check."""

from sigmalint import Extension, Fixability, Level, Report, Rule

META = Rule(code="SIG006", name="unused-suppression", level=Level.WARNING, fix=Fixability.SAFE, tags=("suppression",))


def check(extension: Extension, report: Report) -> None:
    """Nothing: the findings are made when all others are known (`sigmalint.suppress`)."""
