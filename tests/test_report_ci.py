"""The reports of CI systems: escaping, limits, and what their readers make of them."""

import json
import re
from xml.etree import ElementTree

import jsonschema
import pytest
from report_data import CASE, SECRET, UNKNOWN, WIDGET, at, context, finding, result

from sigmalint.report import render
from sigmalint.report.statistics import write as statistics
from sigmalint.result import Result
from sigmalint.rule import Level
from sigmalint.sources.text import SourceFile, Span

ODD = SourceFile("a,b:c%d/\x01é😀\n::error::x.js", "one\ntwo\n")
NASTY = 'a "](1)<&>" %0A\r\n::set-env name=a::b\x1b[0m \x00 \ud800'

CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                    "positions": {
                        "type": "object",
                        "properties": {"begin": {"$ref": "#/$defs/place"}, "end": {"$ref": "#/$defs/place"}},
                        "required": ["begin"],
                    },
                },
                "required": ["path", "positions"],
            },
        },
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
    },
    "$defs": {
        "place": {
            "type": "object",
            "properties": {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}},
            "required": ["line"],
        }
    },
}
"""What GitLab's documentation asks of a code quality report."""

COMMAND = re.compile(r"::(?P<kind>error|warning|notice) (?P<properties>[^\r\n]*?)::(?P<message>[^\r\n]*)")


def nasty() -> Result:
    return Result(
        findings=[
            finding(CASE, NASTY, Span(ODD, 0, 7), level=Level.NOTE),
            finding(UNKNOWN, NASTY, Span(ODD, 4, 7), hint=NASTY),
        ],
        files=[ODD.path],
    )


def parsed(line: str) -> dict[str, str]:
    """A command as the runner reads it."""
    match = COMMAND.fullmatch(line)
    assert match
    values = {"kind": match["kind"], "message": match["message"]}
    values |= dict(item.split("=", 1) for item in match["properties"].split(","))
    for mark, text in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        values = {name: value.replace(mark, text) for name, value in values.items()}
    return values


class TestGitHub:
    def test_a_finding_is_a_command(self) -> None:
        lines = render("github", result(), context()).splitlines()
        assert lines[0] == (
            "::error title=SIG201 unknown-connection,file=ext/app/my widget.html,line=2,endLine=2,col=15,endColumn=25::"
            'connection "crm_mian" is not declared in ext/plugin-manifest.json. Did you mean "crm_main"?'
        )
        assert [line.partition(" ")[0] for line in lines] == ["::error", "::error", "::warning", "2"]

    def test_nothing_in_it_ends_a_command_or_begins_one(self) -> None:
        lines = render("github", nasty(), context()).split("\n")
        assert len(lines) == 4
        first, second = parsed(lines[0]), parsed(lines[1])
        assert (first["file"], first["kind"]) == (ODD.path, "error")
        assert NASTY[:20] in first["message"]
        assert (second["line"], second["endLine"], "col" in second) == ("1", "2", False)


class TestGitLab:
    def test_it_is_what_gitlab_documents(self) -> None:
        for given in (result(), nasty(), Result()):
            report = json.loads(render("gitlab", given, context()))
            jsonschema.Draft202012Validator(CODE_QUALITY).validate(report)
            assert len({item["fingerprint"] for item in report}) == len(given.findings)

    def test_a_finding_has_its_code_level_and_place(self) -> None:
        first = json.loads(render("gitlab", result(), context()))[0]
        assert first["description"].startswith('SIG201: connection "crm_mian" is not declared')
        assert (first["check_name"], first["severity"]) == ("unknown-connection", "major")
        assert first["location"]["positions"] == {"begin": {"line": 2, "column": 15}, "end": {"line": 2, "column": 25}}


class TestJUnit:
    @pytest.mark.parametrize("given", [result(), nasty(), Result()], ids=["usual", "nasty", "empty"])
    def test_the_counts_are_those_of_the_cases(self, given: Result) -> None:
        root = ElementTree.fromstring(render("junit", given, context()))
        assert root.tag == "testsuites"
        for holder in (root, *root.findall("testsuite")):
            cases = holder.findall(".//testcase")
            assert int(holder.attrib["tests"]) == len(cases)
            assert int(holder.attrib["failures"]) == sum(case.find("failure") is not None for case in cases)

    def test_errors_and_warnings_fail_and_a_clean_file_passes(self) -> None:
        root = ElementTree.fromstring(render("junit", result(), context()))
        cases = {(case.attrib["classname"], case.attrib["name"]): case.find("failure") for case in root.iter("testcase")}
        failure = cases["ext/app/my widget.html", "SIG201 unknown-connection (2:15)"]
        assert failure is not None
        assert failure.attrib["type"] == "error"
        assert cases["ext/plugin-manifest.json", "no findings"] is None
        notes = ElementTree.fromstring(render("junit", nasty(), context()))
        assert [case.find("failure") is None for case in notes.iter("testcase")] == [True, False]


def test_statistics_count_by_rule_the_most_first() -> None:
    given = result()
    given.findings.append(finding(SECRET, "another", at(WIDGET, "const")))
    assert statistics(given).splitlines()[:3] == [
        "2  SIG302  error    known-token",
        "1  SIG118  warning  method-case",
        "1  SIG201  error    unknown-connection  1 fixable",
    ]
