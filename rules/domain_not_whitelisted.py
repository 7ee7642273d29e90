"""A request without a connection to a host that the manifest does not list."""

from sigmalint import Extension, Level, Related, Report, Role, Rule

from ._addresses import host_of, lists
from ._sources import MANIFEST_DOMAINS, REQUEST, REQUEST_OLD

META = Rule(
    code="SIG206",
    name="domain-not-whitelisted",
    level=Level.WARNING,
    tags=("request", "manifest"),
    sources=(REQUEST, REQUEST_OLD, MANIFEST_DOMAINS),
)


def check(extension: Extension, report: Report) -> None:
    listed = extension.manifest.whitelisted_domains if extension.manifest else ()
    for request in extension.requests if listed else ():
        connection = request.role(Role.CONNECTION)
        if not connection or not all(case.empty for case in connection):
            continue
        for url in request.role(Role.URL):
            host = host_of(url)
            if host is not None and not any(lists(entry.text, host) for entry in listed):
                report(
                    url.span,
                    url.said(f'the host "{host}" is not among the manifest\'s "whiteListedDomains"'),
                    related=[*request.related(url), Related(listed[0].span, "the list begins here")],
                    definite=url.definite,
                )
