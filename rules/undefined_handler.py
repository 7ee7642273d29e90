"""An event handler that calls a function which nothing defines."""

from sigmalint import Extension, Level, Report, Rule, handler_calls

from ._sources import WIDGETS

META = Rule(code="SIG508", name="undefined-handler", level=Level.WARNING, tags=("page",), sources=(WIDGETS,))


def check(extension: Extension, report: Report) -> None:
    for program in extension.programs:
        if not program.whole:
            continue
        page = program.page
        for handler in page.handlers:
            if handler.templated:
                continue
            for name, span in handler_calls(handler.code):
                if not (name in program.global_names or name in page.ids or extension.is_global(name)):
                    report(
                        span,
                        f'"{name}" is called here, but no script of the page defines it',
                        hint="a function of a module is not global" if name in program.module_names else None,
                    )
