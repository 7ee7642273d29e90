"""Credentials in the headers and addresses of SDK calls, by the values that the analysis found to arrive there."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sigmalint.credentials.candidate import Candidate, Place
from sigmalint.credentials.names import is_credential_header
from sigmalint.credentials.texts import SCHEME
from sigmalint.sources.text import SourceFile

if TYPE_CHECKING:
    from sigmalint.model import Case, Request

HEADERS = "headers"


def request_candidates(requests: "Sequence[Request]") -> Iterator[tuple[SourceFile, Candidate]]:
    """The literal values of credential headers, and the files in which they are written."""
    for request in requests:
        for name, case in header_cases(request):
            text = case.text
            if text is None:
                continue
            scheme = SCHEME.match(text)
            word = scheme[1].lower() if scheme else ""
            value = text[scheme.end() :] if scheme else text
            start, end = case.span.start, case.span.end
            at = case.span.text.find(value) if value else -1
            if at >= 0:
                start, end = start + at, start + at + len(value)
            yield case.span.file, Candidate(value, start, end, Place.HEADER, (name,), (), word)


def header_cases(request: "Request") -> "Iterator[tuple[str, Case]]":
    """The headers of a request that carry credentials, with their possible values."""
    from sigmalint.model import ObjectValue

    for headers in request.option(HEADERS):
        if isinstance(headers.what, ObjectValue):
            for name, cases in headers.what.properties.items():
                if is_credential_header(name):
                    yield from ((name, case) for case in cases)
