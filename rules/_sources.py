"""The vendor pages that several rules rest on."""

from sigmalint import Source

CONNECTIONS = Source("https://www.zoho.com/writer/help/developer-guide/extensions/use-connections.html", "2026-11")
REQUEST = Source("https://www.zoho.com/writer/help/developer-guide/extensions/widget-request-method.html", "2026-11")
REQUEST_OLD = Source("https://zoho.com/writer/help/developer-guide/extensions/widget-request-method.html", "2026-11")
MANIFEST = Source("https://www.zoho.com/writer/help/developer-guide/extensions/configure-extension.html", "2026-11")
CREATE_CONNECTIONS = Source("https://www.zoho.com/writer/help/developer-guide/extensions/create-connections.html", "2026-11")
PUBLISHING = Source("https://www.zoho.com/writer/help/developer-guide/extensions/publishing-extension.html", "2026-11")
MANIFEST_DOMAINS = Source("https://zoho.com/writer/help/developer-guide/extensions/configure-extension.html", "2026-11")
DELETE_CONNECTIONS = Source("https://www.zoho.com/writer/help/developer-guide/extensions/delete-connections.html", "2026-11")
EXTENSION_CONNECTIONS = Source(
    "https://www.zoho.com/writer/help/developer-guide/extensions/extension-connections.html", "2026-11"
)
DESK_REQUEST = Source("https://www.zoho.com/desk/extensions/guide/request-method.html", "2026-11")
WIDGETS = Source("https://www.zoho.com/writer/help/developer-guide/extensions/create-widget.html", "2026-11")
DESK_MANIFEST = Source("https://www.zoho.com/desk/extensions/guide/manifest.html", "2026-11")
SIGMA_MANIFEST = Source(
    "https://help.zoho.com/portal/en/kb/sigma/configuration/articles/configure-plugin-manifest-json", "2026-11"
)
INIT = Source("https://zoho.com/writer/help/developer-guide/extensions/widget-initialization.html", "2026-11")
STORAGE = Source("https://www.zoho.com/writer/help/developer-guide/extensions/storage.html", "2026-11")
SHOW_MESSAGE = Source("https://zoho.com/writer/help/developer-guide/extensions/show-message.html", "2026-11")
EVENTS = Source("https://zoho.com/writer/help/developer-guide/extensions/writer-custom-events.html", "2026-11")
TOOLKIT = Source("https://www.npmjs.com/package/zoho-extension-toolkit", "2026-11")
CSP = Source(
    "https://help.zoho.com/portal/en/kb/creator/developer-guide/application-settings/widgets/articles/whitelisting-of-urls",
    "2026-11",
)
PUBLIC = Source("https://www.zoho.com/writer/help/developer-guide/extensions/public-extension.html", "2026-11")
