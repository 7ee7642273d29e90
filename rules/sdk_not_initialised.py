"""A page that uses the SDK without ever calling `init`."""

from sigmalint import Extension, Level, Report, Rule

from ._sdk import defines, path_of
from ._sources import INIT

META = Rule(code="SIG502", name="sdk-not-initialised", level=Level.ERROR, tags=("page", "sdk"), sources=(INIT,))


def check(extension: Extension, report: Report) -> None:
    for program in extension.programs:
        if not program.whole:
            continue
        used = [(call, product) for call in program.calls if (product := extension.product_of(call)) is not None]
        ready = {product.namespace for call, product in used if path_of(call, product) == product.init.name}
        for call, product in used:
            if not product.init.required or product.namespace in ready or defines(program, product):
                continue
            ready.add(product.namespace)
            report(
                call.callee,
                f'"{call.path}" is used, but "{program.page.file.path}" never calls "{product.namespace}.{product.init.name}"',
                hint=f"call {product.namespace}.{product.init.name}() first",
                related=call.way,
            )
