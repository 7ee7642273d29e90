"""A request names a connection that the manifest does not declare."""

from sigmalint import Extension, Fix, Fixability, Level, Related, Report, Role, Rule, is_misspelling

from ._sources import CONNECTIONS, CREATE_CONNECTIONS, REQUEST_OLD

META = Rule(
    code="SIG201",
    name="unknown-connection",
    level=Level.ERROR,
    fix=Fixability.SAFE,
    tags=("connection",),
    sources=(CONNECTIONS, REQUEST_OLD, CREATE_CONNECTIONS),
)


def check(extension: Extension, report: Report) -> None:
    connections, manifest = extension.connections, extension.manifest
    if manifest is None or not connections.complete:
        return
    for request in extension.requests:
        for case in request.role(Role.CONNECTION):
            if not case.text or case.text in connections:
                continue
            displayed = connections.displayed(case.text)
            meant = displayed or connections.nearest(case.text)
            if meant and not connections.accepts(meant.link_name):
                meant = displayed = None  # SIG204 says what is wrong
            hint = f'did you mean "{meant.link_name}"?' if meant else connections.listed
            if displayed:
                hint = f'that is its display name; its link name is "{displayed.link_name}"'
            certain = meant and (displayed or is_misspelling(case.text, meant.link_name))
            declared = [Related(meant.span, f'"{meant.link_name}" is declared here')] if meant else []
            report(
                case.span,
                case.said(f'connection "{case.text}" is not declared in {manifest.file.path}'),
                hint=hint,
                related=[*request.related(case), *declared],
                fix=Fix.replace_string(case.span, case.text, meant.link_name) if meant and certain else None,
                definite=case.definite,
            )
