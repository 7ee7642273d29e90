"""A script that is loaded without encryption."""

import re

from sigmalint import Extension, Level, Report, Rule

from ._sdk import loads
from ._sources import PUBLIC

META = Rule(
    code="SIG605",
    name="insecure-script",
    level=Level.ERROR,
    cwe=319,
    security_severity=7.4,
    tags=("page", "security"),
    sources=(PUBLIC,),
)
_INSECURE = re.compile(r"http://(?!localhost\b|127\.|\[::1\])[^/?#\s]", re.IGNORECASE)


def check(extension: Extension, report: Report) -> None:
    for page in extension.pages:
        for element in page.scripts:
            if element.src_span is None or not _INSECURE.match(element.src or ""):
                continue
            if not any(loads(element, product) for product in extension.products):
                report(
                    element.src_span,
                    f'the script "{element.src}" is loaded without encryption',
                    hint="load it by https:, or from the extension",
                )
