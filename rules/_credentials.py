"""What the credential rules have in common: which findings are theirs, where the vendor speaks of it, and the remedy."""

from sigmalint import Extension, Report, Source

CONNECTIONS = Source("https://www.zoho.com/writer/help/developer-guide/extensions/use-connections.html", "2026-11")
CREATE = Source("https://www.zoho.com/writer/help/developer-guide/extensions/create-connections.html", "2026-11")
SOURCES = (CONNECTIONS, CREATE)
TAGS = ("credential", "security")
HARDCODED = 798
"""CWE-798, use of hard-coded credentials."""

REMEDY = "whoever installs the extension can read it: let a connection hold it, and replace it by a new one"


def report_credentials(extension: Extension, report: Report, code: str, hint: str = REMEDY) -> None:
    """Report the credentials that are a rule's; the messages never show them."""
    for found in extension.credentials:
        if found.code == code:
            report(found.span, found.message, hint=hint, fingerprint=found.fingerprint)
