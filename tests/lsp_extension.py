"""An extension on disk for the tests of the language server, and ways to point at places in it."""

from pathlib import Path

from lsprotocol import types

from sigmalint.lsp.texts import Positions
from sigmalint.lsp.view import Uris, View
from sigmalint.lsp.workspace import Workspace

MANIFEST = """{
  "service": "WRITER",
  "modules": {
    "widgets": [
      {
        "name": "leads",
        "title": "Leads",
        "location": "writer.extensions",
        "url": "/app/widget.html"
      }
    ]
  },
  "whiteListedDomains": ["https://www.zohoapis.com"],
  "connectors": [
    {
      "connectionLinkName": "crm_main",
      "connectionName": "CRM",
      "serviceName": "zoho_crm",
      "scope": ["ZohoCRM.modules.READ"]
    }
  ]
}
"""
PAGE = """<!DOCTYPE html>
<html>
<head><script src="https://static.zohocdn.com/sigma/client/sdk/v3/sigma-sdk.min.js"></script></head>
<body>
<button onclick="SigmaSDK.WRITER.request({connectionLinkName: 'crm_main', url: 'https://www.zohoapis.com/a'})">Send</button>
<script src="js/send.js"></script>
<script>
  SigmaSDK.WRITER.init(function () {
    const smile = "😀"; send({ connectionLinkName: "crm_mian", url: "https://www.zohoapis.com/b", type: "GET" });
    SigmaSDK.WRITER.request({
      url: "https://www.zohoapis.com/c",
      connectionLinkName: "stock",
      type: "POST"
    });
    WriterClient.dispatch("INSERT_TEXT", {});
  });
</script>
</body>
</html>
"""
SCRIPT = """function send(options) {
  return SigmaSDK.WRITER.request(options).catch(function (error) { console.log(error); });
}
send({ connectionLinkName: "crm_main", url: "https://www.zohoapis.com/d", type: "GET" });
"""


def write(folder: Path) -> Path:
    """Write the extension into a folder."""
    for name, text in (("plugin-manifest.json", MANIFEST), ("app/widget.html", PAGE), ("app/js/send.js", SCRIPT)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def linted(folder: Path, *names: str) -> Workspace:
    """A workspace of a folder in which files are open as they are on disk, linted."""
    workspace = Workspace()
    workspace.add_folder(str(folder))
    workspace.refresh()
    for name in names:
        path = folder / name
        workspace.open(str(path), path.read_bytes().decode("utf-8"))
    workspace.refresh()
    return workspace


def view(workspace: Workspace, folder: Path, name: str, encoding: str = "utf-16") -> View:
    """A file as a request sees it."""
    path = str(folder / name)
    file = workspace.file(path)
    assert file is not None
    return View(workspace, Positions(encoding), Uris(), path, file, workspace.extension_of(path))


def offset(text: str, marked: str) -> int:
    """The offset of the `|` in a piece of a text that is marked with it."""
    piece = marked.replace("|", "", 1)
    assert text.count(piece) == 1, piece
    return text.index(piece) + marked.index("|")


def applied(text: str, edits: list[types.TextEdit], encoding: str = "utf-16") -> str:
    """A text after edits that a client was sent."""
    from sigmalint.lsp.texts import Document

    positions, buffer = Positions(encoding), Document("", text)
    spans = [(positions.span(buffer, edit.range), edit.new_text) for edit in edits]
    for span, new in sorted(spans, key=lambda pair: pair[0].start, reverse=True):
        text = text[: span.start] + new + text[span.end :]
    return text
