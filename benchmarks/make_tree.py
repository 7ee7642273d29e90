"""Writes a tree of extensions whose request calls are known to be right or wrong: `python make_tree.py 200 FOLDER`.

Each extension has two pages and two scripts, filled with ordinary code; its calls come in the shapes that real code writes,
and about a third of them lack their connection. `FOLDER.truth.json` lists every call. One count and seed give one tree.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

CONNECTION = "crm_conn"
BASE = "https://www.zohoapis.com/crm/v2/"
MODULES = ("Contacts", "Leads", "Deals", "Accounts")
WRONG_SHARE = 0.3
CALLS_ON_A_PAGE, CALLS_IN_A_SCRIPT = 4, 10
FILLERS_ON_A_PAGE, FILLERS_IN_A_SCRIPT = 4, 14
ROWS = 38

SHAPES = {
    "inline": ("", "SigmaSDK.WRITER.request({options})"),
    "variable": ("var options = {options};", "SigmaSDK.WRITER.request(options)"),
    "alias": ("var writer = SigmaSDK.WRITER;", "writer.request({options})"),
    "window": ("", "window.SigmaSDK.WRITER.request({options})"),
    "brackets": ("", 'SigmaSDK["WRITER"]["request"]({options})'),
    "assigned": ("var options = {};\n{assignments}", "SigmaSDK.WRITER.request(options)"),
}
"""By name: the statements before a call, and the call."""
FREQUENCY = ("inline",) * 5 + ("variable",) * 3 + ("assigned", "alias", "window", "brackets")

FILLER = """\
function {name}(rows, state) {{
  var out = [];
  for (var i = 0; i < rows.length; i += 1) {{
    var row = rows[i];
    if (!row || !row.id) {{
      continue;
    }}
    var label = (row.first_name || "") + " " + (row.last_name || "");
    out.push({{ id: row.id, label: label.trim(), score: (row.score || 0) * {factor}, tags: row.tags || [] }});
  }}
  out.sort(function (a, b) {{
    return b.score - a.score;
  }});
  state.{name} = out.slice(0, {factor});
  return out;
}}
"""

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Widget {number}</title>
  <link rel="stylesheet" href="css/widget.css">
  <script src="https://static.zohocdn.com/sigma/client/sdk/v3/sigma-sdk.min.js"></script>
</head>
<body>
  <div id="app" class="panel">
{rows}    <button onclick="SigmaSDK.WRITER.request({{url: '{base}Leads', type: 'GET'{connection}}})">Go</button>
  </div>
  <script>
SigmaSDK.WRITER.init();
{script}  </script>
  <script src="js/app{number}.js"></script>
</body>
</html>
"""


class Call(NamedTuple):
    """One call as it was written: whether its connection is missing, and in which line of its file it begins (1-based)."""

    extension: str
    path: str
    shape: str
    wrong: bool
    line: int


class Code(NamedTuple):
    """A piece of JavaScript with its calls: shape, whether it is wrong, and the line (0-based) where it begins."""

    text: str
    calls: list[tuple[str, bool, int]]


def write_tree(count: int, folder: Path, seed: int = 7) -> list[Call]:
    """Write `count` extensions below a folder, and tell their calls."""
    random = Random(seed)
    return [call for number in range(count) for call in _extension(folder / f"ext{number:03}", random)]


def _extension(folder: Path, random: Random) -> Iterator[Call]:
    for name in ("js", "css", "img"):
        (folder / "app" / name).mkdir(parents=True, exist_ok=True)
    (folder / "app/css/widget.css").write_text("body { margin: 0; }\n")
    for name in ("icon", "logo"):
        (folder / f"app/img/{name}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "plugin-manifest.json").write_text(json.dumps(_manifest(), indent=2) + "\n")
    for number in (1, 2):
        wrong = random.random() < WRONG_SHARE
        code = _code(random, CALLS_ON_A_PAGE, FILLERS_ON_A_PAGE, f"page{number}_")
        page = PAGE.format(
            number=number,
            rows="".join(_row(index) for index in range(ROWS)),
            base=BASE,
            connection="" if wrong else f", connectionLinkName: '{CONNECTION}'",
            script=code.text,
        )
        path = f"app/widget{number}.html"
        (folder / path).write_text(page)
        yield Call(folder.name, path, "handler", wrong, _line(page, page.index("onclick=")))
        first = _line(page, page.index("SigmaSDK.WRITER.init();")) + 1
        yield from (Call(folder.name, path, shape, bad, first + line) for shape, bad, line in code.calls)
        code = _code(random, CALLS_IN_A_SCRIPT, FILLERS_IN_A_SCRIPT, f"app{number}_")
        path = f"app/js/app{number}.js"
        (folder / path).write_text(f'"use strict";\n{code.text}')
        yield from (Call(folder.name, path, shape, bad, 2 + line) for shape, bad, line in code.calls)


def _manifest() -> dict[str, object]:
    widgets = [
        {
            "name": f"widget{number}",
            "title": f"Widget {number}",
            "icon": "/app/img/icon.png",
            "logo": "/app/img/logo.png",
            "location": "writer.extensions",
            "url": f"/app/widget{number}.html",
        }
        for number in (1, 2)
    ]
    connector = {
        "connectionLinkName": CONNECTION,
        "connectionName": "CRM",
        "serviceName": "zoho_crm",
        "userAccess": True,
        "isUserDefinedService": False,
        "sharedBy": "1",
        "scope": ["ZohoCRM.modules.READ"],
    }
    return {
        "service": "WRITER",
        "locale": ["en"],
        "modules": {"widgets": widgets},
        "whiteListedDomains": ["https://www.zohoapis.com"],
        "connectors": [connector],
    }


def _row(index: int) -> str:
    field = f'<label for="f{index}">Field {index}</label><input id="f{index}" type="text">'
    return f'    <div class="row" data-k="{index}">{field}</div>\n'


def _code(random: Random, calls: int, fillers: int, prefix: str) -> Code:
    text = "".join(FILLER.format(name=f"{prefix}fill{index}", factor=random.randint(2, 9)) for index in range(fillers))
    found = []
    for index in range(calls):
        shape, wrong = random.choice(FREQUENCY), random.random() < WRONG_SHARE
        found.append((shape, wrong, text.count("\n")))
        text += _function(f"load_{prefix}{index}", shape, wrong, random.choice(MODULES))
    return Code(text, found)


def _function(name: str, shape: str, wrong: bool, module: str) -> str:
    options = {"url": f'"{BASE}{module}"', "type": '"GET"', "connectionLinkName": f'"{CONNECTION}"'}
    if wrong:
        del options["connectionLinkName"]
    literal = (
        "{\n" + "".join(f"      {key}: {value},\n" for key, value in options.items()) + '      headers: { "X-A": "b" }\n    }'
    )
    assignments = "".join(f"    options.{key} = {value};\n" for key, value in options.items()).rstrip("\n")
    before, call = (part.replace("{options}", literal).replace("{assignments}", assignments) for part in SHAPES[shape])
    then = f'.then(function (answer) {{ render(answer.data, "{module}"); }}).catch(function (error) {{ showError(error); }});'
    statements = "".join(f"    {part}\n" for part in (before, call + then) if part)
    return f"function {name}() {{\n{statements}}}\n"


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def main() -> None:
    """Write the tree that the command line asks for."""
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    calls = write_tree(count, folder)
    Path(f"{folder}.truth.json").write_text(json.dumps([call._asdict() for call in calls]))
    wrong = Counter(call.shape for call in calls if call.wrong)
    print(f"{len(calls)} calls, {wrong.total()} without a connection: {dict(sorted(wrong.items()))}")


if __name__ == "__main__":
    main()
