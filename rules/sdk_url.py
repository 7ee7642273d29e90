"""The SDK from an address that the vendor does not give."""

from urllib.parse import urlsplit

from sigmalint import Extension, Level, Product, Report, Rule, ScriptElement

from ._sdk import is_vendors, loads
from ._sources import INIT

META = Rule(
    code="SIG503",
    name="sdk-url",
    level=Level.ERROR,
    cwe=829,
    security_severity=7.0,
    tags=("page", "sdk", "security"),
    sources=(INIT,),
)


def check(extension: Extension, report: Report) -> None:
    for page in extension.pages:
        for element in page.scripts:
            products = [product for product in extension.products if loads(element, product)]
            faults = [_fault(element, product, extension.settings.sdk_hosts) for product in products]
            if element.src_span is None or not faults or None in faults:
                continue
            report(
                element.src_span,
                f'the SDK "{element.src}" {faults[0]}',
                hint=f"the vendor's address is {products[0].script.addresses[0]}",
            )


def _fault(element: ScriptElement, product: Product, hosts: frozenset[str]) -> str | None:
    """What is wrong with the address that a script element has the product's SDK from."""
    assert element.src is not None
    try:
        parts = urlsplit(element.src)
        host = parts.hostname
    except ValueError:
        return "has no valid address"
    if any(element.src.partition("://")[2].lower() == old.partition("://")[2].lower() for old in product.script.legacy):
        return "is the legacy file, which the guide no longer names"
    if not host:
        return None
    if not is_vendors(host, product) and host not in hosts:
        return f'comes from "{host}", which is not the vendor\'s'
    return "is loaded by http:" if parts.scheme.lower() == "http" else None
