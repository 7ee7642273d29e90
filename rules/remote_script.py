"""A script of another origin, without a check that it is still the same."""

import re
from urllib.parse import urlsplit

from sigmalint import Extension, Level, Report, Rule

from ._sources import PUBLIC

META = Rule(
    code="SIG603",
    name="remote-script",
    level=Level.NOTE,
    default=False,
    cwe=353,
    security_severity=3.0,
    tags=("page", "security"),
    sources=(PUBLIC,),
)
_VENDOR = re.compile(r"(?:.+\.)?(?:zoho|zohocdn|zohostatic|zohopublic|zwidgets|manageengine)\.[a-z.]{2,6}", re.IGNORECASE)


def check(extension: Extension, report: Report) -> None:
    for page in extension.pages:
        for element in page.scripts:
            if element.src is None or element.src_span is None or element.integrity:
                continue
            try:
                host = urlsplit(element.src).hostname
            except ValueError:
                continue
            if host and not _VENDOR.fullmatch(host):
                report(
                    element.src_span,
                    f'the script of "{host}" has no "integrity"',
                    hint="without it, whoever changes that file changes the extension",
                )
