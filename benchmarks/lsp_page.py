"""A page as somebody writes it, for `lsp.py`: about 3,000 lines and 97 KB, 40 requests, and edits as somebody types them."""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import tree_sitter_javascript
from tree_sitter import Language, Parser

_PARSER = Parser(Language(tree_sitter_javascript.language()))
REQUESTS = 40
_VIEWS, _CLASSES, _CLOSURES, _HELPERS = 34, 16, 10, 7

# --- the page ----------------------------------------------------------------------------------------------------------------

_SDK = "https://static.zohocdn.com/sigma/client/sdk/v3/sigma-sdk.min.js"
_SECTION = """  <section id="part-{n}" class="part">
    <h2>Part {n}</h2>
    <button id="load-{n}" type="button" title="Load part {n}">Load</button>
    <p id="status-{n}" class="status">Nothing loaded</p>
  </section>
"""
_READ = """
/** Fetches page {n} of the records and shows it. */
function loadPart{n}(page, filter) {{
  const status = document.getElementById("status-{n}");
  const address = "https://www.zohoapis.com/crm/v2/Module{n}?page=" + page;
  const headers = {{ "Accept": "application/json" }};
  if (filter) {{
    headers["If-Modified-Since"] = filter.since;
  }}
  status.textContent = "Loading part {n}";
  return SigmaSDK.WRITER.request({{
    connectionLinkName: "{connection}",
    url: address,
    type: "GET",
    headers: headers
  }}).then(function (answer) {{
    status.textContent = "Loaded " + answer.length;
    return render{view}(answer);
  }}).catch(function (error) {{
    status.textContent = String(error);
  }});
}}
"""
_WRITE = """
/** Saves a record of part {n}, a new one where it has no number yet. */
async function loadPart{n}(record, note) {{
  const status = document.getElementById("status-{n}");
  const options = {{
    connectionLinkName: "{connection}",
    url: `https://www.zohoapis.com/crm/v2/Module{n}/${{record.id}}`,
    type: record.id ? "PUT" : "POST",
    headers: {{ "Content-Type": "application/json" }},
    postBody: {{ data: [record], trigger: ["workflow"] }}
  }};
  if (note) {{
    options.headers["X-Note"] = note;
  }}
  status.textContent = "Loading part {n}";
  try {{
    const answer = await SigmaSDK.WRITER.request(options);
    status.textContent = "Saved " + answer.id;
    return answer;
  }} catch (error) {{
    status.textContent = String(error);
    return null;
  }}
}}
"""
_VIEW = """
function render{n}(rows) {{
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const title of ["Name", "Owner", "Stage", "Amount {n}"]) {{
    const cell = document.createElement("th");
    cell.textContent = title;
    head.appendChild(cell);
  }}
  for (let index = 0; index < rows.length; index += 1) {{
    const row = table.insertRow();
    row.dataset.key = "row-" + index + "-{n}";
    for (const value of Object.values(rows[index])) {{
      const cell = row.insertCell();
      cell.textContent = value === null || value === undefined ? "-" : String(value);
    }}
  }}
  return table.rows.length > 1 ? table : null;
}}
"""
_CLASS = """
class Ledger{n} extends Object {{
  #entries = [];

  constructor(currency = "EUR", places = {n}) {{
    super();
    this.currency = currency;
    this.places = places;
  }}

  get total() {{
    return this.#entries.reduce((sum, entry) => sum + entry.amount, 0);
  }}

  add(amount, {{ label = "", when = new Date() }} = {{}}) {{
    if (!Number.isFinite(amount)) {{
      throw new TypeError(`not an amount: ${{amount}}`);
    }}
    this.#entries.push({{ amount, label: label.trim(), when }});
    return this;
  }}

  static parse(text) {{
    const ledger = new Ledger{n}();
    for (const line of text.split(/\\r?\\n/)) {{
      const [amount, ...label] = line.split(/\\s*;\\s*/);
      if (amount && !line.startsWith("#")) {{
        ledger.add(parseFloat(amount), {{ label: label.join(" ") }});
      }}
    }}
    return ledger;
  }}

  toString() {{
    return `${{this.total.toFixed(this.places)}} ${{this.currency}}`;
  }}
}}
"""
_CLOSURE = """
const panel{n} = (function () {{
  const seen = new Map();
  let open = false;

  function slot(name) {{
    if (!seen.has(name)) {{
      seen.set(name, {{ count: 0, last: null }});
    }}
    return seen.get(name);
  }}

  return {{
    toggle: function () {{
      open = !open;
      document.body.classList.toggle("panel-{n}", open);
      return open;
    }},
    visit: (name) => {{
      const entry = slot(name);
      entry.count += 1;
      entry.last = Date.now();
      return entry.count;
    }},
    busiest: () => [...seen].sort((one, other) => other[1].count - one[1].count).map(([name]) => name)[0] ?? null
  }};
}})();
"""
_HELPER = """
function describe{n}(value, width) {{
  switch (typeof value) {{
    case "number":
      return value.toLocaleString("en", {{ maximumFractionDigits: {n} }});
    case "boolean":
      return value ? "yes" : "no";
    case "string": {{
      const short = value.replace(/\\s+/g, " ").trim();
      return short.length > width ? short.slice(0, width - 1) + "…" : short;
    }}
    default:
      return value === null ? "nothing" : JSON.stringify(value);
  }}
}}

const debounce{n} = (call, wait = {n} + 100) => {{
  let timer;
  return (...values) => {{
    clearTimeout(timer);
    timer = setTimeout(() => call(...values), wait);
  }};
}};
"""
_EVENT = """
document.getElementById("load-{n}").addEventListener("click", function (event) {{
  event.preventDefault();
  panel{panel}.visit("part-{n}");
  document.getElementById("part-{n}").classList.add("busy");
  loadPart{n}({argument}).finally(() => document.getElementById("part-{n}").classList.remove("busy"));
}});
"""
_KEYS = """
window.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    panel0.toggle();
  } else if (event.ctrlKey && event.key === "r") {
    event.preventDefault();
    loadPart0(1, null);
  }
});

SigmaSDK.WRITER.init(function () {
  loadPart0(1, null);
});
"""


def page() -> str:
    """Markup, then one script: requests among code of the page's own, the handlers of its events at the end."""
    pieces = [(_WRITE if n % 4 == 3 else _READ, n) for n in range(REQUESTS)]
    for template, count in ((_VIEW, _VIEWS), (_CLASS, _CLASSES), (_CLOSURE, _CLOSURES), (_HELPER, _HELPERS)):
        pieces += ((template, n) for n in range(count))
    random.Random(7).shuffle(pieces)
    parts = [
        template.format(n=n, view=n % _VIEWS, connection="crm_mian" if n in (2, 23) else "crm_main") for template, n in pieces
    ]
    parts += (
        _EVENT.format(n=n, panel=n % _CLOSURES, argument='{ id: "" }, null' if n % 4 == 3 else "1, null")
        for n in range(REQUESTS)
    )
    sections = "".join(_SECTION.format(n=n) for n in range(REQUESTS))
    script = "".join(parts) + _KEYS
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Parts</title>\n'
        f'<script src="{_SDK}"></script>\n</head>\n<body>\n{sections}<script>{script}</script>\n</body>\n</html>\n'
    )


def script(text: str) -> str:
    """The page's script, for a linter that does not look into pages."""
    return text[text.rindex("<script>") + len("<script>") : text.rindex("</script>")]


def write_extension(folder: Path, *, all_rules: bool = False) -> Path:
    """The extension around the page, configured to switch on every rule or not; gives the page's path."""
    manifest = {
        "service": "WRITER",
        "modules": {"widgets": [{"name": "w", "title": "W", "location": "writer.extensions", "url": "/app/widget.html"}]},
        "whiteListedDomains": ["https://www.zohoapis.com"],
        "connectors": [{"connectionLinkName": "crm_main", "connectionName": "CRM", "scope": ["ZohoCRM.modules.READ"]}],
    }
    (folder / "app").mkdir(parents=True)
    (folder / "plugin-manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    if all_rules:
        (folder / "sigmalint.toml").write_text('select = ["SIG"]\n')
    path = folder / "app" / "widget.html"
    path.write_text(page())
    return path


# --- the edits ---------------------------------------------------------------------------------------------------------------


class Change(NamedTuple):
    """`text[start:end]` becomes `new`."""

    start: int
    end: int
    new: str


Edit = Sequence[Change]
"""What an editor sends at once: changes, each of which counts on the one before it."""

_NEW_REQUEST = """
function loadMore(page) {
  const connectionLinkName = "crm_main";
  return SigmaSDK.WRITER.request({ connectionLinkName, url: "https://www.zohoapis.com/more" });
}
"""
_TYPED = {
    "comment": ("Fetches page {n} ", "of the first and then of all the other "),
    "option string": ("/crm/v2/Module{n}", "/Related/Notes"),
    "new statement": ('"Loading part {n}";', '\n  const shown = Math.max(page, status.rows["first"]);'),
    "unrelated code": ("class Ledger{n} extends Object {{", "\n  clear() {\n    this.last = [];\n  }"),
    "attribute": ('id="part-{n}" class="part', " wide dark"),
    "text of the page": ("<h2>Part {n}", " of the records"),
    "new request": ("}})();\n", _NEW_REQUEST),
}
"""Behind what is typed, and what."""
KINDS = (*_TYPED, "rename")
_TAKEN_BACK = 3


def plan(text: str, count: int) -> Iterator[tuple[str, int]]:
    """Cycles for at least `count` edits of each kind, one kind after the other: the arguments of `cycle`."""
    done = dict.fromkeys(KINDS, 0)
    for turn in range(count):
        for kind in KINDS:
            if done[kind] < count:
                n = (5 + 8 * turn) % REQUESTS
                done[kind] += len(cycle(text, kind, n))
                yield kind, n


def cycle(text: str, kind: str, n: int) -> list[Edit]:
    """Edits of a kind at part `n`, which leave the text as it was; none where the text has no such place."""
    return _rename(text, n) if kind == "rename" else _write(text, kind, n)


def _write(text: str, kind: str, n: int) -> list[Edit]:
    """Somebody types letter by letter, takes the last ones back, types them again, and drops it all."""
    anchor, typed = _TYPED[kind]
    anchor = anchor.format(n=n % _CLASSES if kind == "unrelated code" else n)
    if anchor not in text:
        return []
    at = text.index(anchor) + len(anchor)
    end = at + len(typed)
    letters = [Change(at + index, at + index, letter) for index, letter in enumerate(typed)]
    back = [Change(place, place + 1, "") for place in reversed(range(end - _TAKEN_BACK, end))]
    return [(change,) for change in (*letters, *back, *letters[-_TAKEN_BACK:], Change(at, end, ""))]


def _rename(text: str, n: int) -> list[Edit]:
    """A variable gets another name letter by letter, where it is declared and where it is used; one edit gives the old back."""
    function = text.index(f"function loadPart{n}(")
    old, new = "address", "place"
    declared = text.index(f"const {old} =", function) + len("const ")
    used = text.index(f"url: {old}", function) + len("url: ") + len(new) - len(old)
    edits: list[Edit] = []
    for at in (declared, used):
        edits.append((Change(at, at + len(old), new[0]),))
        edits += [(Change(at + index, at + index, new[index]),) for index in range(1, len(new))]
    edits.append((Change(declared, declared + len(new), old), Change(used + len(old) - len(new), used + len(old), old)))
    return edits


def parse_after(text: str, edits: Sequence[Edit]) -> Iterator[bool]:
    """Whether the script parses after each of some edits; the text is the page, or the script alone."""
    for edit in edits:
        for start, end, new in edit:
            text = text[:start] + new + text[end:]
        code = script(text) if "<script>" in text else text
        yield not _PARSER.parse(code.encode()).root_node.has_error
