"""The SDK of another service than the extension's."""

from sigmalint import Extension, Level, Report, Rule

from ._sources import INIT, MANIFEST

META = Rule(code="SIG507", name="wrong-service", level=Level.ERROR, tags=("page", "sdk"), sources=(INIT, MANIFEST))


def check(extension: Extension, report: Report) -> None:
    own = extension.own_products
    calls = [call for program in extension.programs for call in program.calls] if own else []
    for call in [*calls, *extension.loose_calls]:
        product = extension.product_of(call)
        if product is None or product in own or any(product.namespace == other.namespace for other in own):
            continue
        right = next((other for other in own if other.root == product.root), None)
        if right is not None:
            report(
                call.callee,
                f'"{product.namespace}" is not the SDK of the service "{right.manifest.services[0]}"',
                hint=f"its SDK is {right.namespace}",
                related=call.way,
            )
