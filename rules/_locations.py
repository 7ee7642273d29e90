"""What SIG403 and SIG408 ask about a widget's location."""

from sigmalint import Extension, nearest


def documented(extension: Extension) -> tuple[str, ...]:
    """The locations that the pages of the manifest's product list, and the configuration's; none where the pages list none."""
    listed = tuple(location for product in extension.own_products for location in product.manifest.locations)
    return listed and (*listed, *sorted(extension.settings.locations))


def meant(location: str, known: tuple[str, ...]) -> str | None:
    """The documented location that another one is a misspelling of."""
    plain = location.strip().strip(".").lower()
    return next((other for other in known if other == plain), None) or nearest(location, known)
