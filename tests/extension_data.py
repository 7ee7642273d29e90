"""A small extension on disk or in memory, for the tests of what happens after the rules."""

import json
from collections.abc import Mapping
from pathlib import Path

from sigmalint.engine import lint
from sigmalint.registry import load_rules
from sigmalint.result import Result
from sigmalint.settings import Settings
from sigmalint.testing import MemoryFiles

MANIFEST = json.dumps(
    {
        "service": "WRITER",
        "modules": {"widgets": []},
        "connectors": [{"connectionLinkName": "crm_main"}],
    },
    indent=2,
)
SDK = '<script src="https://js.zohostatic.com/ooxml/v1/sigma-sdk.min.js"></script>\n<script>SigmaSDK.WRITER.init();</script>\n'


def request(connection: str = "crm_mian", url: str = "https://a.example/x", method: str = "GET") -> str:
    """A call of the SDK; by default with one defect, SIG201."""
    options = f'{{url: "{url}", type: "{method}", connectionLinkName: "{connection}"}}'
    return f"SigmaSDK.WRITER.request({options}).catch(console.error);"


def lint_memory(files: Mapping[str, str], *, on: tuple[str, ...] = (), trusted: bool = True) -> Result:
    """Lint files beside the manifest, with the default rules and those named."""
    spoken = {rule.meta.code for rule in load_rules() if rule.meta.default or rule.meta.code in on}
    settings = Settings(enabled=lambda code, path: code in spoken, trusted=trusted)
    result = lint(MemoryFiles({"plugin-manifest.json": MANIFEST, **files}), settings, load_rules())
    assert result.failures == []
    return result


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, the manifest among them unless they have their own."""
    for name, content in {"plugin-manifest.json": MANIFEST, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
