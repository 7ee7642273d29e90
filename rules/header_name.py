"""A header name that cannot be meant."""

from sigmalint import Extension, Level, ObjectValue, Report, Role, Rule

from ._sources import REQUEST

META = Rule(code="SIG117", name="header-name", level=Level.NOTE, tags=("request",), sources=(REQUEST,))
_HEADERS = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Cache-Control",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Length",
    "Content-Type",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "User-Agent",
    "X-Requested-With",
)
_PLAIN = {header.replace("-", "").lower(): header for header in _HEADERS}
_ANSWERS = "access-control-"
_ASKED = ("access-control-request-method", "access-control-request-headers")


def check(extension: Extension, report: Report) -> None:
    for request in extension.requests:
        for headers in request.role(Role.HEADERS):
            if not isinstance(headers.what, ObjectValue):
                continue
            for name, key in headers.what.keys.items():
                meant = _PLAIN.get("".join(letter for letter in name.lower() if letter.isalnum()))
                if meant is not None and name.lower() != meant.lower():
                    report(key, f'"{name}" is not the name of a header', hint=f'did you mean "{meant}"?')
                elif name.lower().startswith(_ANSWERS) and name.lower() not in _ASKED:
                    report(
                        key,
                        f'"{name}" is a header of answers, not of requests',
                        hint="the request goes through Zoho's proxy; it needs no CORS headers",
                    )
