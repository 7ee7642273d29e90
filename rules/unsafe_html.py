"""An answer or document content, written into the page as HTML."""

import re

from sigmalint import Extension, Level, Report, Rule, answer_names, written_html

from ._sources import PUBLIC

META = Rule(
    code="SIG601",
    name="unsafe-html",
    level=Level.WARNING,
    default=False,
    cwe=79,
    security_severity=6.1,
    tags=("security",),
    sources=(PUBLIC,),
)
_WORD = re.compile(r"[A-Za-z_$][\w$]*")
_MADE_SAFE = re.compile(r"sanitize|escape|encode|purify|createTextNode|Number\(|parseInt\(|parseFloat\(", re.IGNORECASE)


def check(extension: Extension, report: Report) -> None:
    for script in extension.scripts:
        if script.vendored:
            continue
        places = list(written_html(script.code))
        names = answer_names(script.code) if places else frozenset()
        for written in places:
            text = written.value.text
            if not names.isdisjoint(_WORD.findall(text)) and not _MADE_SAFE.search(text):
                report(
                    written.value,
                    f'what an answer brings is written as HTML by "{_last(written.target.text)}"',
                    hint="use textContent, or sanitise it first",
                )


def _last(target: str) -> str:
    return target.rpartition(".")[2].strip()
