"""A page that uses the SDK and loads no script of it."""

from sigmalint import Extension, Level, Report, Rule

from ._sdk import defines, loads
from ._sources import INIT

META = Rule(code="SIG501", name="sdk-not-loaded", level=Level.ERROR, tags=("page", "sdk"), sources=(INIT,))


def check(extension: Extension, report: Report) -> None:
    for program in extension.programs:
        if not program.whole or extension.built:
            continue
        seen: set[str] = set()
        for call in program.calls:
            product = extension.product_of(call)
            if product is None or product.root in seen or not product.script.file:
                continue
            seen.add(product.root)
            rooted = [other for other in extension.products if other.root == product.root]
            if any(loads(each.element, other) for each in program.scripts for other in rooted) or defines(program, product):
                continue
            report(
                call.callee,
                f'"{product.root}" is used, but "{program.page.file.path}" does not load the SDK',
                hint=f'add <script src="{product.script.addresses[0]}"></script>',
                related=call.way,
            )
