"""The report for programs, and the fingerprints."""

import json
from importlib.resources import files
from typing import Any

import jsonschema
from report_data import CASE, WIDGET, at, context, finding, result

from sigmalint.finding import Finding
from sigmalint.report import render
from sigmalint.report.fingerprints import fingerprints
from sigmalint.result import Result
from sigmalint.sources.text import SourceFile


def report(of: Result) -> Any:
    """The JSON report, parsed and valid."""
    document = json.loads(render("json", of, context()))
    schema = json.loads(files("sigmalint.report").joinpath("report.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def test_a_finding_has_what_the_contract_names() -> None:
    found = report(result())["findings"][0]
    assert len(found.pop("fingerprint")) == 32
    page = "ext/app/my widget.html"
    assert found == {
        "code": "SIG201",
        "name": "unknown-connection",
        "level": "error",
        "message": 'connection "crm_mian" is not declared in ext/plugin-manifest.json',
        "path": page,
        "region": {"startLine": 2, "startColumn": 15, "endLine": 2, "endColumn": 25},
        "related": [
            {
                "path": page,
                "region": {"startLine": 2, "startColumn": 2, "endLine": 2, "endColumn": 9},
                "message": "the request [1]",
            },
            {
                "path": "ext/plugin-manifest.json",
                "region": {"startLine": 1, "startColumn": 40, "endLine": 1, "endColumn": 50},
                "message": "declared here",
            },
        ],
        "fix": {
            "description": 'Replace by "crm_main"',
            "safe": True,
            "edits": [
                {
                    "path": page,
                    "region": {"startLine": 2, "startColumn": 15, "endLine": 2, "endColumn": 25},
                    "text": '"crm_main"',
                }
            ],
        },
        "definite": True,
    }


def test_the_summary_states_counts_and_coverage() -> None:
    assert report(result())["summary"] == {
        "errors": 2,
        "warnings": 1,
        "notes": 0,
        "suppressed": 0,
        "extensions": 1,
        "files": 2,
        "skipped": [{"path": "ext/app/lib.min.js", "reason": "minified"}],
        "requests": {
            "found": 2,
            "resolved": 1,
            "unresolved": [
                {
                    "path": "ext/app/my widget.html",
                    "region": {"startLine": 2, "startColumn": 2, "endLine": 2, "endColumn": 9},
                    "option": "url",
                    "reason": "it comes from the network",
                }
            ],
        },
        "failures": [],
    }


def test_an_empty_run_is_a_valid_report() -> None:
    assert report(Result())["findings"] == []


def test_each_finding_has_a_line_of_its_own() -> None:
    assert len(render("json", result(), context()).splitlines()) == 4


def of(text: str, marked: str = "foo", message: str = "x", path: str = "a.js") -> Finding:
    """A finding at each place of a text."""
    file = SourceFile(path, text)
    return finding(CASE, message, at(file, marked))


def test_a_fingerprint_survives_lines_above_indentation_and_line_ends() -> None:
    before = fingerprints([of("a(foo, 1);\n")])
    assert fingerprints([of("new\n\n\t a(foo,  1); \r\nmore")]) == before


def test_a_fingerprint_changes_with_line_message_and_path() -> None:
    all_different = [of("a(foo)"), of("b(foo)"), of("a(foo)", message="y"), of("a(foo)", path="b.js")]
    assert len({fingerprints([one])[0] for one in all_different}) == 4


def test_fingerprints_of_equal_lines_differ_and_the_first_does_not_change() -> None:
    one = of("foo\n")
    first, second = fingerprints([one, one])
    assert first != second
    assert fingerprints([one]) == [first]


def test_a_line_of_megabytes_counts_only_around_the_place() -> None:
    assert fingerprints([of("a" * 10**6 + "foo")]) == fingerprints([of("b" + "a" * 10**6 + "foo")])


def test_the_test_data_has_a_byte_order_mark_and_windows_line_ends() -> None:
    assert WIDGET.bom
    assert "\r\n" in WIDGET.text
