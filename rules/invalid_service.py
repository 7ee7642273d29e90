"""The manifest's `service` is missing or misspelt."""

from sigmalint import Extension, Fix, Fixability, Level, Manifest, Report, Rule, Span, nearest

from ._sources import MANIFEST

META = Rule(
    code="SIG401", name="invalid-service", level=Level.ERROR, fix=Fixability.SAFE, tags=("manifest",), sources=(MANIFEST,)
)


def check(extension: Extension, report: Report) -> None:
    manifest = extension.manifest
    if manifest is None or manifest.root is None or not manifest.document.complete:
        return
    service, known = manifest.service, extension.known_services
    if service is None:
        member = manifest.member("service")
        if member is None:
            report(manifest.root.span.first(), 'the manifest has no "service"', hint='Writer\'s is "WRITER"')
        else:
            report(member.value.span, '"service" is not a string', hint='Writer\'s is "WRITER"')
    elif service.text not in known and (meant := nearest(service.text.strip(), known)):
        report(
            service.span if service.text else _quoted(manifest),
            f'"{service.text}" is not a service',
            hint=f'did you mean "{meant}"?',
            fix=Fix.replace(service.span, meant),
        )
    elif not service.text.strip():
        report(_quoted(manifest), '"service" is empty', hint='Writer\'s is "WRITER"')


def _quoted(manifest: Manifest) -> Span:
    member = manifest.member("service")
    assert member is not None
    return member.value.span
