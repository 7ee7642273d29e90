"""Every token of real scripts deleted and doubled: what esprima2 and Node reject is reported, what Node accepts is not."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.syntax_errors import SyntaxProblem, syntax_problem
from sigmalint.sources.text import SourceFile

pytestmark = [pytest.mark.slow, pytest.mark.skipif(shutil.which("node") is None, reason="Node is the reference")]

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 6_000
"""Fixture scripts beyond these characters would take minutes: each of their tokens gives two scripts as long."""

READER = r"""
const vm = require("vm");
let input = "";
process.stdin.on("data", (chunk) => (input += chunk)).on("end", () => {
  const verdicts = JSON.parse(input).map(([kind, code]) => {
    try {
      if (kind === "module") new vm.SourceTextModule(code);
      else if (kind === "handler") vm.compileFunction(code, ["event"]);
      else new vm.Script(code, { importModuleDynamically() {} });
      return null;
    } catch (error) {
      return String(error && error.message);
    }
  });
  process.stdout.write(JSON.stringify(verdicts));
});
"""

GUIDE = """\
SigmaSDK.WRITER.init();
function fetchData() {
SigmaSDK.WRITER.request({
connectionLinkName: "my_salesforce_connection",
type: "GET",
url: "https://api.example.com/v1/accounts"
})
.then(function(response) {
document.getElementById("response").innerHTML =
"<p>Data: " + JSON.stringify(response) + "</p>";
})
.catch(function(error) {
SigmaSDK.WRITER.showMessage({
type: "error",
message: "Request failed: " + error.message
});
});
}
SigmaSDK.WRITER.request({
connectionLinkName: "my_connection",
type: "GET",
url: "https://api.example.com/users"
}).then(response => console.log(response))
.catch(error => console.error(error));
"""

MODERN = r"""
"use strict";
const LINK = `crm_${location.hash ?? "main"}`, limits = { pages: 3, retries: 0x10, share: 1_000 };
let pending = 0;
class Client extends EventTarget {
  static #instances = new Map();
  #token = null;
  retries = limits?.retries ?? 2;
  static { this.#instances.set("none", null); }
  constructor(link, { type = "GET", ...rest } = {}) { super(); this.link = link; this.options = { type, ...rest }; }
  get token() { return this.#token; }
  set token(value) { this.#token = value; }
  static of(link) { return (Client.#instances.get(link) ?? new Client(link)); }
  async send(url, ...parts) {
    for (let attempt = 0; attempt <= this.retries; attempt++) {
      try {
        const answer = await SigmaSDK.WRITER.request({ connectionLinkName: this.link, url: url + parts.join("/"), ...this });
        if (!answer?.ok) continue;
        return typeof answer === "string" ? JSON.parse(answer) : answer;
      } catch ({ message, code = 0 }) {
        if (code === 404 || /not\s+found/i.test(message)) break;
      } finally { pending -= 1; }
    }
    throw new Error("no answer");
  }
}
async function* pages(client, url) {
  let next = url;
  do { const page = await client.send(next); yield* page.items; next = page.next; } while (next);
}
function* numbers(from, to = 10) { while (from < to) yield from++; }
const load = async ({ target: { value } }, [first, , third] = []) => {
  const all = [];
  outer: for await (const item of pages(Client.of(LINK), value)) {
    for (const key in item) { if (key === "stop") break outer; else if (!item[key]) continue outer; }
    all.push(item.name?.trim().replace(/[^\w-]+/g, "_") || `#${all.length + 1}`);
  }
  switch (all.length) {
    case 0: { const empty = true; return empty; }
    case 1: return all[0];
    default: return { first, third, all, count: all.length ** 2, get last() { return all.at(-1); }, [value]: () => void 0 };
  }
};
document.querySelectorAll("button").forEach((button, index) => button.addEventListener("click", load));
var old = function named(a, b) { return delete a.b, a << 2 & ~b, -(a + b) ? !a : +b; };
new (class { x = [1, 2.5, .5, ...numbers(1)]; })();
"""

SLOPPY = """
var i, j, queue = [], names = {}, done = false
function next() {
  if (!queue.length) return
  var job = queue.shift(), self = this
  $.ajax({ url: job.url, type: 'POST', success: function (data) { names[job.id] = data; next() } })
  return self
}
for (i = 0, j = 10; i < j; i++, j--) { queue.push({ id: i, url: '/x?' + i }) }
for (var key in names) if (names.hasOwnProperty(key)) alert(key)
while (!done) { done = queue.every(function (job) { return job.id > 1 }) }
try { next() } catch (e) { window.console && console.log(e) }
(function ($, window, undefined) { $(function () { next() }) })(jQuery, window)
a = b ? c : d
"""

MODULE = """
import { LINK, request as send } from "./client.js";
import settings, * as all from "./settings.js";
export * from "./other.js";
export { LINK as default, shown };
export const name = "x", page = await send({ connectionLinkName: LINK, url: settings.url });
export function render(node, { title } = page) { node.textContent = title; }
export class View { show = () => render(this.node); }
let shown = false;
const extra = await import("./extra.js");
if (import.meta.url) shown = true;
"""

HANDLERS = (
    "fetchData(); return false",
    "SigmaSDK.WRITER.request({ connectionLinkName: 'a', type: 'GET', url: this.value }).then(r => show(r, event))",
    "if (event.key === 'Enter') { send(this.form); event.preventDefault(); }",
)


class Piece(NamedTuple):
    kind: str
    text: str

    def code(self) -> Code:
        return Code(SourceFile("a.js", self.text), self.text, CodeKind(self.kind))

    def problem(self) -> SyntaxProblem | None:
        return syntax_problem(self.code())


def pieces() -> list[Piece]:
    samples = [Piece("script", GUIDE), Piece("script", MODERN), Piece("script", SLOPPY), Piece("module", MODULE)]
    samples += [Piece("handler", text) for text in HANDLERS]
    for path in sorted((ROOT / "fixtures").glob("**/*.?js")) + sorted((ROOT / "fixtures").glob("**/*.js")):
        text = path.read_text("utf-8-sig", errors="replace")
        if len(text) <= LARGEST:
            is_module = path.suffix == ".mjs" or any(line.startswith(("import ", "export ")) for line in text.splitlines())
            samples.append(Piece("module" if is_module else "script", text))
    return list(dict.fromkeys(samples))


def mutants(piece: Piece) -> Iterator[tuple[str, Piece]]:
    """The code with one token deleted or doubled, each with what was done."""
    code = piece.code()
    stack = [code.tree.root_node]
    while stack:
        node = stack.pop()
        if node.children and node.type not in ("string", "regex"):
            stack += node.children
        elif node.type not in ("comment", "html_comment") and node.end_byte > node.start_byte:
            start, end = code.offset(node.start_byte), code.offset(node.end_byte)
            token, text = piece.text[start:end], piece.text
            line = text[text.rfind("\n", 0, start) + 1 :].split("\n")[0].strip()
            yield f"delete {token!r} in {line!r}", Piece(piece.kind, text[:start] + text[end:])
            yield f"double {token!r} in {line!r}", Piece(piece.kind, f"{text[:start]}{token} {token}{text[end:]}")


def node_verdicts(codes: list[Piece]) -> list[str | None]:
    run = subprocess.run(
        ["node", "--experimental-vm-modules", "--no-warnings", "-e", READER],
        input=json.dumps(codes),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    verdicts: list[str | None] = json.loads(run.stdout)
    return verdicts


def esprima_rejects(piece: Piece) -> bool:
    import esprima

    # A handler's parameters and braces do not matter to a body of whole statements, which esprima2 can only read wrapped.
    text = f"(function (event) {{{piece.text}\n}})" if piece.kind == "handler" else piece.text
    try:
        (esprima.parseModule if piece.kind == "module" else esprima.parseScript)(text)
    except Exception:  # some broken templates make it fail on an assertion of its own
        return True
    return False


@pytest.fixture(scope="module")
def samples() -> list[Piece]:
    return pieces()


def test_the_samples_themselves_parse(samples: list[Piece]) -> None:
    sound = [piece for piece, message in zip(samples, node_verdicts(samples), strict=True) if message is None]
    assert len(sound) >= 7
    assert [piece.problem() for piece in sound] == [None] * len(sound)


def test_a_deleted_or_doubled_token_is_reported_where_esprima2_and_node_reject_the_code(samples: list[Piece]) -> None:
    rejected_samples = {piece for piece in samples if esprima_rejects(piece)}
    changed = [(*mutant, piece in rejected_samples) for piece in samples for mutant in mutants(piece)]
    verdicts = node_verdicts([piece for _, piece, _ in changed])
    rejected, passed, wrong, only_node, only_node_reported = 0, [], [], 0, 0
    for (change, piece, sample_is_rejected), message in zip(changed, verdicts, strict=True):
        problem = piece.problem()
        if message is None:
            if problem is not None:
                wrong.append(f"{change}: {problem.message}")
            continue
        if problem is not None:
            assert problem.span.text.strip(), change
            assert "\n" not in problem.span.text, change
        if not sample_is_rejected and esprima_rejects(piece):  # of valid samples it cannot read it says nothing
            rejected += 1
            if problem is None:
                passed.append(f"{change}: {message}")
        else:
            only_node += 1
            only_node_reported += problem is not None
    print(f"\n{len(changed)} changed scripts; esprima2 and Node reject {rejected}, of which {len(passed)} pass:")
    print("\n".join(passed))
    print(f"Node alone rejects {only_node}, of which {only_node_reported} are reported")
    assert wrong == []
    assert len(passed) <= rejected * 0.01
