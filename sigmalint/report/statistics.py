"""How many findings each rule has, the most first."""

from collections import Counter

from sigmalint.report.coverage import coverage
from sigmalint.result import Result


def write(result: Result) -> str:
    """A table: number, code, level, name and whether fixes are at hand; then the line of counts and coverage."""
    counts = Counter(finding.rule.code for finding in result.findings)
    fixable = Counter(finding.rule.code for finding in result.findings if finding.fix)
    rules = {finding.rule.code: finding for finding in result.findings}
    width = max((len(finding.rule.name) for finding in rules.values()), default=0)
    digits = len(str(max(counts.values(), default=0)))
    rows = []
    for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        finding = rules[code]
        fixes = f"{fixable[code]} fixable" if fixable[code] else ""
        rows.append(f"{count:{digits}}  {code}  {finding.level!s:7}  {finding.rule.name:{width}}  {fixes}".rstrip())
    return "".join(f"{row}\n" for row in [*rows, coverage(result)])
