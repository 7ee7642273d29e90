"""What hover and completion say about the vendor's tables, rules and connections, in Markdown."""

import json
import re
from collections.abc import Iterator, Sequence

from sigmalint.registry import LoadedRule
from sigmalint.rule import Source
from sigmalint.sdk import Call, Method, Parameter, Product
from sigmalint.sources.manifest import Connection

HEADERS: dict[str, tuple[str, ...]] = {
    "Accept": ("application/json", "application/xml", "text/plain", "*/*"),
    "Accept-Language": (),
    "Authorization": (),
    "Cache-Control": ("no-cache", "no-store", "max-age=0"),
    "Content-Disposition": (),
    "Content-Type": (
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/xml",
        "text/plain",
    ),
    "If-Match": (),
    "If-Modified-Since": (),
    "If-None-Match": (),
    "User-Agent": (),
    "X-Requested-With": ("XMLHttpRequest",),
}
"""The names of HTTP headers that requests of widgets send, each with its usual values."""

_MARKS = re.compile(r"^```\w*\n|^(?:#+ |```\n?)|\*\*|`|\[[^\]\n]*\]\((?P<address>[^()\s]+)\)", re.MULTILINE)


def option(product: Product, call: Call, parameter: Parameter) -> str:
    """An option of a request."""
    lines = [f"**{parameter.name}** - {detail(parameter)}", parameter.description]
    values = parameter.values or (call.methods if _is_method(call, parameter) else ())
    if values:
        lines.append("One of " + ", ".join(f"`{value}`" for value in values))
    if parameter.also:
        lines.append("Only other pages of the vendor list " + ", ".join(f"`{value}`" for value in parameter.also))
    if parameter.ignores:
        lines.append("With it " + ", ".join(f"`{name}`" for name in parameter.ignores) + " has no effect")
    if parameter.needs:
        lines.append(f"Without `{parameter.needs}` it has no effect")
    return _text([*lines, f"Option of `{product.namespace}.{call.path}`", *_links(call.sources)])


def method(product: Product, found: Method) -> str:
    """A method of an SDK, or an event."""
    return _text([f"```js\n{signature(product, found)}\n```", found.description, *_parameters(found), *_links(found.sources)])


def signature(product: Product, found: Method) -> str:
    """A method as it is called."""
    arguments = ", ".join(parameter.name if parameter.required else f"{parameter.name}?" for parameter in found.parameters)
    returns = {"promise": " → Promise", "client": f" → {product.clients[0] if product.clients else 'client'}"}.get(
        found.returns, ""
    )
    return f"{product.namespace}.{found.name}({arguments}){returns}"


def event(product: Product, found: Method) -> str:
    """An event of `dispatch`."""
    head = f"**{found.name}** - event of `{product.namespace}.{product.dispatch_path}`"
    return _text([head, found.description, *_parameters(found), *_links(found.sources)])


def dispatch(product: Product) -> str:
    """The method that sends events, with these."""
    head = f"```js\n{product.namespace}.{product.dispatch_path}(event, data)\n```"
    events = "\n".join(f"- `{event.name}`: {event.description}" for event in product.events)
    return _text([head, f"Sends an event to {product.title}.", events])


def call(product: Product, found: Call) -> str:
    """A request call."""
    options = [
        f"- `{parameter.name}`{' (required)' if parameter.required else ''}: {parameter.description}"
        for parameter in found.options
    ]
    head = f"```js\n{product.namespace}.{found.path}(…) → Promise\n```"
    return _text([head, "Sends a request through a connection.", "\n".join(options), *_links(found.sources)])


def connection(found: Connection, uses: int, manifest: str) -> str:
    """A declared connection."""
    head = f"**{found.link_name}** - connection" + (f" “{found.display_name}”" if found.display_name else "")
    scopes = ", ".join(f"`{scope.text}`" for scope in found.scopes)
    used = "used by no request" if not uses else f"used by {uses} request{'s' if uses > 1 else ''}"
    place = f"Declared in `{manifest}` ({found.declared_in}), {used}"
    return _text(
        [head, f"Service `{service}`" if (service := service_of(found)) else "", f"Scopes: {scopes}" if scopes else "", place]
    )


def service_of(found: Connection) -> str | None:
    """The service that a connection's entry names."""
    try:
        entry = json.loads(found.entry.text)
    except (ValueError, RecursionError):
        return None
    service = entry.get("serviceName") if isinstance(entry, dict) else None
    return service if isinstance(service, str) else None


def rule(found: LoadedRule) -> str:
    """A rule: its page up to the examples."""
    try:
        page = found.page.partition("\n## Examples")[0].strip()
    except OSError:
        page = f"# {found.meta.name}"
    facts = f"`{found.meta.code}`, {found.meta.level}{'' if found.meta.default else ', off unless selected'}"
    return _text([facts, page, *_links(found.meta.sources)])


def brief(found: LoadedRule) -> str:
    """A rule in one line."""
    try:
        section = found.page.partition("## What it does")[2].strip()
    except OSError:
        section = ""
    return section.partition("\n\n")[0].replace("\n", " ") or found.meta.name.replace("-", " ")


def parameter(name: str, found: Parameter) -> str:
    """A key of the manifest."""
    lines = [f"**{name}** - {detail(found)}", found.description]
    if found.values:
        lines.append("One of " + ", ".join(f"`{value}`" for value in found.values))
    return _text(lines)


def detail(found: Parameter) -> str:
    """The types of a parameter, and whether it is required."""
    return f"{_type(found)}{', required' if found.required else ''}"


def plain(markdown: str) -> str:
    """What this module writes in Markdown, for those who read it as it stands."""
    return _MARKS.sub(lambda match: match["address"] or "", markdown).strip()


def _is_method(found: Call, parameter: Parameter) -> bool:
    return any(access.option == parameter.name and role == "method" for role, access in found.roles.items())


def _type(found: Parameter) -> str:
    return " or ".join(found.types) or "any value"


def _parameters(found: Method) -> Iterator[str]:
    rows = [
        f"- `{parameter.name}` ({_type(parameter)}): {parameter.description}"
        + "".join(f"\n  - `{inner.name}` ({_type(inner)}): {inner.description}" for inner in parameter.properties)
        for parameter in found.parameters
    ]
    if rows:
        yield "\n".join(rows)


def _links(sources: Sequence[Source]) -> Iterator[str]:
    if sources:
        yield f"[{sources[0].address}]({sources[0].address})"


def _text(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)
