"""Code made from text at run time."""

from sigmalint import Extension, Level, Report, Rule, calls

from ._sources import PUBLIC

META = Rule(
    code="SIG602",
    name="dynamic-code",
    level=Level.WARNING,
    default=False,
    cwe=95,
    security_severity=6.0,
    tags=("security",),
    sources=(PUBLIC,),
)
_TEXT = ("string", "template_string", "binary_expression")
_TIMERS = ("setTimeout", "setInterval")
_WINDOWS = ("", "window", "self", "globalThis")


def check(extension: Extension, report: Report) -> None:
    for script in extension.scripts:
        if script.vendored:
            continue
        for site in calls(script.code):
            if site.owner not in _WINDOWS:
                continue
            if (site.name == "eval" and not site.new and site.arguments) or site.name == "Function":
                report(site.callee, f'"{site.name}" runs text as code')
            elif site.name in _TIMERS and site.kinds[:1] and site.kinds[0] in _TEXT:
                report(site.arguments[0], f'"{site.name}" runs this text as code', hint="give it a function")
