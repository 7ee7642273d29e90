"""What the 5xx rules ask about the scripts of a page and the SDK."""

import posixpath
import re
from urllib.parse import urlsplit

from sigmalint import PageProgram, Product, ScriptElement, SdkCall

_TLD = r"(?:com|eu|in|jp|ca|sa|com\.au|com\.cn)"


def path_of(call: SdkCall, product: Product) -> str:
    """A call's name behind the product's namespace."""
    return call.path[len(product.namespace) + 1 :]


def loads(element: ScriptElement, product: Product) -> bool:
    """Whether a script element loads the SDK of a product, by whatever address and version."""
    if element.src is None or not product.script.file:
        return False
    if any(_key(element.src) == _key(address) for address in product.script.legacy):
        return True
    return file_name(element.src).lower() == product.script.file.lower()


def file_name(address: str) -> str:
    """The last part of an address's path."""
    try:
        return posixpath.basename(urlsplit(address).path)
    except ValueError:
        return ""


def is_vendors(host: str, product: Product) -> bool:
    """Whether a host is one of the vendor's, in any data centre."""
    host = host.lower()
    return any(
        re.fullmatch(rf"(?:[\w-]+\.)*{re.escape(domain)}\.{_TLD}", host) for domain in map(_domain, product.script.hosts)
    )


def defines(program: PageProgram, product: Product) -> bool:
    """Whether a script of the page itself makes the SDK's global name: a copy of the SDK, or a stand-in for it."""
    return product.root in program.global_names


def _domain(host: str) -> str:
    """The name of a host's domain, without the data centre's ending: `zohocdn` of `static.zohocdn.com.cn`."""
    match = re.fullmatch(rf"(?:.*\.)?([\w-]+)\.{_TLD}", host)
    return match.group(1) if match else host


def _key(address: str) -> str:
    return address.partition("://")[2].lower()
