"""Precision, recall and speed of the credential rules on made-up snippets and on code without credentials.

python benchmarks/credentials.py [--seed N] [--list]
"""

import argparse
import time

from credential_snippets import Snippet, negatives, positives

from sigmalint.engine import lint
from sigmalint.finding import Finding
from sigmalint.registry import load_rules
from sigmalint.settings import Settings
from sigmalint.testing import MemoryFiles

CODES = frozenset(("SIG301", "SIG302", "SIG303", "SIG304", "SIG305", "SIG306", "SIG308"))
_MEGABYTES = 4
_CODE = """
/** Loads the rows of a page and shows them in the table. */
async function loadRows{0}(page, size) {{
  const options = {{ connectionLinkName: "crm_main", type: "GET", url: `https://api.acme-crm.io/v{0}/rows?page=${{page}}` }};
  const rows = await SigmaSDK.WRITER.request(options).catch((error) => showMessage("rows.error.{0}", error));
  for (const row of rows.data) {{
    const cell = document.querySelector("#row-{0} > td:nth-child(2)");
    cell.className = "cell cell--{0} is-loaded";
    cell.textContent = row.title + " (" + row.owner.name + ", " + row.updated + ")";
    cell.addEventListener("click", () => openRow(row.id, {{ token: row.token, key: "row-{0}", label: "Open row {0}" }}));
  }}
}}
"""


def found(snippet: Snippet) -> list[Finding]:
    """The credential findings in a snippet."""
    files = {"plugin-manifest.json": '{"service": "WRITER", "modules": {"widgets": []}}', snippet.name: snippet.text}
    result = lint(MemoryFiles(files), Settings(enabled=lambda code, path: code in CODES), load_rules())
    assert not result.failures, result.failures
    return [finding for finding in result.findings if finding.span.file.path == snippet.name]


def measure(seed: int, show: bool) -> tuple[float, float]:
    """Precision and recall; a finding counts when it overlaps the credential."""
    hits = misses = false = 0
    for snippet in positives(seed):
        good = [f for f in found(snippet) if f.span.start < snippet.end and snippet.start < f.span.end]
        hits, misses = hits + bool(good), misses + (not good)
        if show and not good:
            print("missed:", snippet.name, snippet.text.strip())
    for snippet in negatives():
        wrong = found(snippet)
        false += bool(wrong)
        if show and wrong:
            print("false:", snippet.name, snippet.text.strip(), wrong[0].rule.code)
    return hits / (hits + false), hits / (hits + misses)


def speed() -> float:
    """Megabytes of own code a second, beyond the parse."""
    from sigmalint.credentials.finder import Material, find
    from sigmalint.sources.script import Code
    from sigmalint.sources.text import SourceFile

    codes = []
    total = 0
    while total < _MEGABYTES * 1_000_000:
        text = "".join(_CODE.format(len(codes) * 100 + number) for number in range(100))
        codes.append(Code(SourceFile(f"app/{len(codes)}.js", text), text))
        total += len(text)
    for code in codes:
        assert code.tree is not None
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        find(Material([(code, False) for code in codes], [], [], []))
        best = min(best, time.process_time() - start)
    return total / 1_000_000 / best


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="show what is missed, and what is false")
    arguments = parser.parse_args()
    precision, recall = measure(arguments.seed, arguments.list)
    print(f"precision {precision:.3f}, recall {recall:.3f}, {speed():.1f} MB/s beyond the parse")


if __name__ == "__main__":
    main()
