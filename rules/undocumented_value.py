"""A service or location that no vendor page knows."""

from sigmalint import Extension, Level, Report, Rule, nearest

from ._locations import documented, meant
from ._sources import MANIFEST, WIDGETS

META = Rule(code="SIG408", name="undocumented-value", level=Level.WARNING, tags=("manifest",), sources=(MANIFEST, WIDGETS))


def check(extension: Extension, report: Report) -> None:
    manifest = extension.manifest
    if manifest is None:
        return
    service = manifest.service
    known = extension.known_services
    if service is not None and service.text.strip() and service.text not in known:
        if nearest(service.text.strip(), known) is None:
            report(service.span, f'no vendor page knows the service "{service.text}"', hint='Writer\'s is "WRITER"')
        return
    locations = documented(extension)
    for widget in manifest.widgets if locations else ():
        location = widget.location
        if location is None or not location.text.strip() or location.text in locations:
            continue
        if meant(location.text, locations) is None:
            report(
                location.span,
                f'no vendor page knows the location "{location.text}"',
                hint=f"documented: {', '.join(locations[:3])}" + (", ..." if len(locations) > 3 else ""),
            )
