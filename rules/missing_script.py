"""A script or module that the extension does not have."""

from sigmalint import Extension, Level, Report, Rule

from ._sources import WIDGETS

META = Rule(code="SIG506", name="missing-script", level=Level.ERROR, tags=("page",), sources=(WIDGETS,))


def check(extension: Extension, report: Report) -> None:
    for missing in extension.missing_scripts:
        report(
            missing.span,
            f'the script "{missing.address}" is not in the extension',
            hint=f'there is "{missing.near}", in another case' if missing.near else None,
        )
