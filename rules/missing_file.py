"""A page or picture of a widget that the extension does not have."""

import posixpath
from urllib.parse import unquote, urlsplit

from sigmalint import Extension, Level, Report, Rule, Text

from ._sources import MANIFEST, WIDGETS

META = Rule(code="SIG404", name="missing-file", level=Level.ERROR, tags=("manifest",), sources=(MANIFEST, WIDGETS))


def check(extension: Extension, report: Report) -> None:
    if extension.manifest is None:
        return
    for widget in extension.manifest.widgets:
        for name, address in (("url", widget.url), ("icon", widget.icon), ("logo", widget.logo)):
            path = None if address is None else _path(address)
            if address is None or path is None:
                continue
            if path == ".." or path.startswith("../"):
                report(address.span, f'"{address.text}" leads out of the extension')
                continue
            found = posixpath.join(extension.base, path)
            if extension.built or extension.exists(found):
                continue
            near = _near(extension, found)
            report(
                address.span,
                f'the widget\'s {name} "{address.text}" is not in the extension',
                hint=f'there is "{near}", in another case' if near else None,
            )


def _path(address: Text) -> str | None:
    """The path below the extension's folder that an address means; None for one elsewhere, and for a placeholder."""
    try:
        parts = urlsplit(address.text.strip())
    except ValueError:
        return None
    if (
        parts.scheme
        or parts.netloc
        or not parts.path
        or "{{" in address.text
        or "<" in address.text
        or "%" in parts.path.replace("%20", "")
    ):
        return None
    return posixpath.normpath(unquote(parts.path).lstrip("/"))


def _near(extension: Extension, path: str) -> str | None:
    return next((other for other, _ in extension.packed() if other.lower() == path.lower()), None)
