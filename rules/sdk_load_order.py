"""The SDK is loaded after a script that needs it at once."""

import re

from sigmalint import Extension, Level, LoadedScript, PageProgram, Related, Report, Rule, SdkCall

from ._sdk import loads
from ._sources import INIT

META = Rule(code="SIG504", name="sdk-load-order", level=Level.WARNING, tags=("page", "sdk"), sources=(INIT,))
_NOT_MEANT = re.compile(r"\basync\s*=\s*[\"']?false\b", re.IGNORECASE)


def check(extension: Extension, report: Report) -> None:
    for program in extension.programs:
        for call in program.calls:
            product = extension.product_of(call)
            if product is None or not (call.loading and call.certain):
                continue
            user = _place(program, call)
            sdk = next((index for index, each in enumerate(program.scripts) if loads(each.element, product)), None)
            if user is None or sdk is None:
                continue
            fault = _fault(program.scripts, sdk, user)
            if fault is not None:
                report(
                    program.scripts[sdk].element.span,
                    f"the SDK is loaded {fault}",
                    hint="load it first, without async and defer",
                    related=[Related(call.callee, "used here, while the page loads")],
                )


def _fault(scripts: tuple[LoadedScript, ...], sdk: int, user: int) -> str | None:
    element, needs = scripts[sdk].element, scripts[user]
    if element.is_async and not element.module and not _NOT_MEANT.search(element.span.text):
        return "at an unknown time, because of async, and a script needs it at once"
    if needs.waits and not needs.element.is_async:
        return "after its first use" if scripts[sdk].waits and sdk > user else None
    if needs.waits:
        return None
    if element.defer and not element.is_async:
        return "after its first use, because of defer"
    return "after its first use" if sdk > user else None


def _place(program: PageProgram, call: SdkCall) -> int | None:
    """The script element whose code makes a call, which may be deep in a function that it calls."""
    place = call.way[0].span if call.way else call.callee
    for index, each in enumerate(program.scripts):
        code = each.code
        if code is None or code.file is not place.file:
            continue
        if each.element.src is not None or each.element.span.end <= place.start:
            following = program.scripts[index + 1 : index + 2]
            inline = each.element.src is None and following and following[0].element.span.end <= place.start
            if not inline or each.element.src is not None:
                return index
    return None
