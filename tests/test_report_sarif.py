"""SARIF: valid, complete, and as GitHub and Microsoft's validator want it."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from report_data import CASE, SYNTAX, UNKNOWN, WIDGET, at, context, finding, result

from sigmalint.finding import Suppression
from sigmalint.report import Checkout, ReportContext, render
from sigmalint.report.fingerprints import line_hashes
from sigmalint.report.sarif import MAX_RESULTS
from sigmalint.result import Result
from sigmalint.rule import Level
from sigmalint.sources.page import read_page
from sigmalint.sources.text import SourceFile, Span

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))
FIXTURES = Path(__file__).parent.parent / "fixtures"
CHECKOUT = Checkout("https://github.com/o/r", "a" * 40, "main")


def run(of: Result, using: ReportContext | None = None) -> Any:
    """The only run of the log, which is valid."""
    log = json.loads(render("sarif", of, using or context()))
    jsonschema.Draft202012Validator(SCHEMA).validate(log)
    (only,) = log["runs"]
    return only


def test_a_result_has_everything_that_readers_use() -> None:
    found = run(result())["results"][0]
    page = {"uri": "ext/app/my%20widget.html", "uriBaseId": "SRCROOT", "index": 0}
    primary = {
        "artifactLocation": page,
        "region": {"startLine": 2, "startColumn": 15, "endLine": 2, "endColumn": 25},
    }
    call = {"artifactLocation": page, "region": {"startLine": 2, "startColumn": 2, "endLine": 2, "endColumn": 9}}
    message = 'connection "crm_mian" is not declared in ext/plugin-manifest.json'
    own = found["partialFingerprints"].pop("sigmalint/v1")
    assert own == json.loads(render("json", result(), context()))["findings"][0]["fingerprint"]
    assert found == {
        "ruleId": "SIG201",
        "ruleIndex": 2,
        "level": "error",
        "message": {"text": f'{message}. Did you mean "crm_main"? See [the request \\[1\\]](1), [declared here](2).'},
        "locations": [{"physicalLocation": primary}],
        "relatedLocations": [
            {"id": 1, "physicalLocation": call, "message": {"text": "the request [1]"}},
            {
                "id": 2,
                "physicalLocation": {
                    "artifactLocation": {"uri": "ext/plugin-manifest.json", "uriBaseId": "SRCROOT", "index": 1},
                    "region": {"startLine": 1, "startColumn": 40, "endLine": 1, "endColumn": 50},
                },
                "message": {"text": "declared here"},
            },
        ],
        "codeFlows": [
            {
                "threadFlows": [
                    {
                        "locations": [
                            {"location": {"physicalLocation": primary, "message": {"text": message}}},
                            {"location": {"physicalLocation": call, "message": {"text": "the request [1]"}}},
                        ]
                    }
                ]
            }
        ],
        "fixes": [
            {
                "description": {"text": 'Replace by "crm_main".'},
                "artifactChanges": [
                    {
                        "artifactLocation": page,
                        "replacements": [
                            {"deletedRegion": primary["region"], "insertedContent": {"text": '"crm_main"'}},
                        ],
                    }
                ],
                "properties": {"applicability": "safe"},
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": line_hashes(WIDGET, [2])[2]},
    }


def test_a_warning_keeps_its_level_and_what_is_not_definite_says_so() -> None:
    found = run(result())["results"][1]
    assert (found["level"], found["properties"]) == ("warning", {"definite": False})


def test_a_rule_has_everything_that_readers_use() -> None:
    rules = {rule["id"]: rule for rule in run(result())["tool"]["driver"]["rules"]}
    assert list(rules) == ["SIG001", "SIG118", "SIG201", "SIG302"]
    page_help = rules["SIG201"].pop("help")
    assert page_help["text"] == (
        "Finds a connectionLinkName that the manifest does not declare. It says the nearest one.\n\n"
        "The call fails.\n\nUse a declared name.\n\nSources: https://www.zoho.com/writer/ (2026-11)"
    )
    assert page_help["markdown"].startswith("## What it does\n")
    assert page_help["markdown"].endswith("\n- <https://www.zoho.com/writer/> (2026-11)")
    assert rules["SIG201"] == {
        "id": "SIG201",
        "name": "unknown-connection",
        "shortDescription": {"text": "Finds a connectionLinkName that the manifest does not declare."},
        "fullDescription": {"text": "Finds a connectionLinkName that the manifest does not declare. It says the nearest one."},
        "defaultConfiguration": {"level": "error"},
        "helpUri": "https://www.zoho.com/writer/",
        "properties": {"precision": "high", "problem.severity": "error", "fixable": "safe"},
    }
    assert rules["SIG118"]["defaultConfiguration"] == {"level": "warning"}
    assert rules["SIG302"]["defaultConfiguration"] == {"level": "error", "enabled": False}
    assert rules["SIG302"]["properties"] == {
        "precision": "high",
        "problem.severity": "error",
        "fixable": "none",
        "tags": ["credential", "security", "external/cwe/cwe-798"],
        "security-severity": "8.0",
    }


def test_security_rules_are_related_to_the_cwe_taxonomy() -> None:
    only = run(result())
    (taxonomy,) = only["taxonomies"]
    assert taxonomy["taxa"] == [{"id": "798", "name": "CWE-798", "helpUri": "https://cwe.mitre.org/data/definitions/798.html"}]
    assert only["tool"]["driver"]["rules"][3]["relationships"] == [
        {"target": {"id": "798", "index": 0, "toolComponent": {"name": "CWE", "index": 0}}, "kinds": ["superset"]}
    ]


def test_the_run_says_where_how_and_what_was_read() -> None:
    only = run(result(), context(checkout=CHECKOUT))
    assert only["automationDetails"] == {"id": "sigmalint/"}
    assert only["columnKind"] == "utf16CodeUnits"
    assert only["newlineSequences"] == ["\r\n", "\n", "\r"]
    assert "uri" not in only["originalUriBaseIds"]["SRCROOT"]
    assert [artifact["sourceLanguage"] for artifact in only["artifacts"]] == ["html", "json"]
    assert only["properties"]["coverage"] == json.loads(render("json", result(), context()))["summary"]
    assert only["versionControlProvenance"] == [
        {
            "repositoryUri": "https://github.com/o/r",
            "revisionId": "a" * 40,
            "branch": "main",
            "mappedTo": {"uriBaseId": "SRCROOT"},
        }
    ]
    assert "versionControlProvenance" not in run(result())


def test_what_could_not_be_done_is_a_notification() -> None:
    imperfect = result()
    imperfect.findings.append(finding(SYNTAX, "Unexpected token ')'", at(WIDGET, ")")))
    imperfect.failures.append("method-case crashed: KeyError")
    (invocation,) = run(imperfect)["invocations"]
    assert invocation["executionSuccessful"] is True
    notifications = invocation["toolExecutionNotifications"]
    assert [(item["descriptor"]["id"], item["level"], item["message"]["text"]) for item in notifications] == [
        ("InternalError", "error", "method-case crashed: KeyError."),
        ("FileNotRead", "error", "Unexpected token ')'."),
        ("FileSkipped", "note", "Skipped: minified."),
    ]
    assert notifications[1]["associatedRule"] == {"id": "SIG001", "index": 0}
    assert notifications[2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "ext/app/lib.min.js"


def test_an_empty_run_has_results_and_all_rules() -> None:
    only = run(Result())
    assert only["results"] == []
    assert len(only["tool"]["driver"]["rules"]) == 4


def test_names_from_the_sources_make_no_links() -> None:
    hostile = finding(UNKNOWN, 'connection "[pay here](https://evil.example)" is not declared', at(WIDGET, '"get"'))
    (found,) = run(Result(findings=[hostile]))["results"]
    assert "](" not in found["message"]["text"]


def test_paths_are_relative_references_whatever_their_characters() -> None:
    file = SourceFile("a:b #?/é%/\udcff.js", "foo")
    only = run(Result(findings=[finding(CASE, "x", at(file, "foo"))], files=[file.path]))
    assert only["artifacts"][0]["location"]["uri"] == "a%3Ab%20%23%3F/%C3%A9%25/%FF.js"


def test_an_attribute_that_the_object_model_lacks_is_an_error() -> None:
    import sarif_om

    from sigmalint.report.sarif_json import dump

    message = sarif_om.Message(text="x")
    message.txet = "y"
    with pytest.raises(KeyError, match="txet"):
        dump(message)


def test_a_suppression_is_written_by_the_final_schemas_names() -> None:
    import sarif_om

    from sigmalint.report.sarif_json import dump

    assert json.loads(dump(sarif_om.Suppression(kind="inSource", state="accepted"))) == {
        "kind": "inSource",
        "status": "accepted",
    }


def test_of_too_many_results_the_most_severe_are_kept_in_order() -> None:
    file = SourceFile("a.js", "foo\n" * 100)
    span = Span(file, 0, 3)
    many = [finding(CASE, f"x{n}", span, level=Level.NOTE if n % 2 else Level.ERROR) for n in range(30_000)]
    log = json.loads(render("sarif", Result(findings=many), context()))
    levels = [found["level"] for found in log["runs"][0]["results"]]
    assert (len(levels), levels.count("error")) == (MAX_RESULTS, 15_000)
    assert [found["message"]["text"] for found in log["runs"][0]["results"][:3]] == ["x0.", "x1.", "x2."]
    (notification,) = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"] == "5000 results of 30000 left out, the least severe first."


def test_line_hashes_are_those_that_github_publishes() -> None:
    assert list(line_hashes(SourceFile("a", " a\nb\n  \t\tc\n d"), range(1, 5)).values()) == [
        "271789c17abda88f:1",
        "54703d4cd895b18:1",
        "180aee12dab6264:1",
        "a23a3dc5e078b07b:1",
    ]
    assert list(line_hashes(SourceFile("a", " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End"), range(1, 7)).values()) == [
        "8b7cf3e952e7aeb2:1",
        "b1ae1287ec4718d9:1",
        "bff680108adb0fcc:1",
        "c6805c5e1288b612:1",
        "b86d3392aea1be30:1",
        "e6ceba753e1a442:1",
    ]


def test_equal_lines_are_counted() -> None:
    hashes = line_hashes(SourceFile("a", "x\n" * 300), [1, 2, 100])
    assert [value.partition(":")[2] for value in hashes.values()] == ["1", "2", "100"]


@pytest.fixture(scope="session")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Microsoft's validator, from npm; kept between runs in the folder that SIGMALINT_TEST_CACHE names."""
    folder = Path(os.environ.get("SIGMALINT_TEST_CACHE") or tmp_path_factory.mktemp("npm"))
    system = {"linux": "linux", "darwin": "darwin"}[sys.platform]
    binary = folder / "node_modules" / "@microsoft" / f"sarif-multitool-{system}" / "Sarif.Multitool"
    if not binary.exists():
        command = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "@microsoft/sarif-multitool@5.7.0"]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    binary.chmod(0o755)
    return binary


@pytest.mark.slow
@pytest.mark.parametrize("empty", [False, True], ids=["findings", "empty"])
def test_microsofts_validator_finds_no_error_and_no_warning(empty: bool, multitool: Path, tmp_path: Path) -> None:
    log, verdict = tmp_path / "report.sarif", tmp_path / "verdict.sarif"
    log.write_text(render("sarif", Result() if empty else result(), context(checkout=CHECKOUT)), encoding="utf-8")
    rules = ["--rule-kind", "Sarif;Ghas", "--level", "Error;Warning"]
    command: list[str | Path] = [multitool, "validate", log, *rules, "-o", verdict]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (only,) = json.loads(verdict.read_text("utf-8-sig"))["runs"]
    assert only["results"] == []


@pytest.mark.slow
def test_line_hashes_are_those_of_microsofts_tool(multitool: Path, tmp_path: Path) -> None:
    pieces = ["a", "b", "x", " ", "\t", "\n", "\r\n", "\r", "😀", "é", "\u2028", "{", "\0", "-" * 97]
    chance = random.Random(3)
    expected: list[str] = []
    results: list[object] = []
    for number in range(60):
        text = "".join(chance.choices(pieces, k=chance.choice([0, 3, 10, 60, 300])))
        path = tmp_path / f"{number}.js"
        path.write_bytes(text.encode())
        file = SourceFile(path.name, text)
        lines = range(1, len(file.line_starts) + 1)
        expected += line_hashes(file, lines).values()
        for line in lines:
            place = {"artifactLocation": {"uri": path.as_uri()}, "region": {"startLine": line}}
            results.append({"message": {"text": "x"}, "locations": [{"physicalLocation": place}]})
    log, hashed = tmp_path / "in.sarif", tmp_path / "out.sarif"
    log.write_text(json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": results}]}))
    command: list[str | Path] = [multitool, "rewrite", log, "-o", hashed, "--insert", "RollingHashPartialFingerprints"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (only,) = json.loads(hashed.read_text("utf-8-sig"))["runs"]
    assert [found["partialFingerprints"]["primaryLocationLineHash"] for found in only["results"]] == expected


@pytest.mark.slow
def test_microsofts_validator_is_content_with_every_fixture(multitool: Path, tmp_path: Path) -> None:
    complaints = []
    for folder in sorted(path for path in FIXTURES.iterdir() if path.is_dir()):
        log, verdict = tmp_path / f"{folder.name}.sarif", tmp_path / "verdict.sarif"
        options = ["--select=SIG", "--show-suppressed", "--format=sarif", "--exit-zero", "--output-file", log]
        subprocess.run([sys.executable, "-m", "sigmalint", *options, folder], check=True, capture_output=True)
        jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(log.read_text("utf-8")))
        command = [multitool, "validate", log, "--rule-kind", "Sarif;Ghas", "--level", "Error;Warning", "-o", verdict]
        subprocess.run([*command, "--log", "ForceOverwrite"], check=True, capture_output=True, timeout=120)
        (only,) = json.loads(verdict.read_text("utf-8-sig"))["runs"]
        complaints += [(folder.name, found["ruleId"], found["message"]) for found in only["results"]]
    assert complaints == []


def test_suppressed_findings_are_left_out_unless_asked_for_and_then_all_results_say_whether() -> None:
    given = result()
    given.suppressed.append(replace(given.findings.pop(), suppression=Suppression("inSource", "a test key")))
    assert [found.get("suppressions") for found in run(given)["results"]] == [None, None]
    shown = run(given, context(suppressed=True))["results"]
    assert [found["suppressions"] for found in shown] == [[], [], [{"kind": "inSource", "justification": "a test key"}]]


def test_code_in_a_page_says_its_language() -> None:
    page = SourceFile("a.html", "<p title='x' onclick='f()'>y</p><script type=module>g()</script><script lang=ts>h()</script>")
    read_page(page)
    findings = [finding(CASE, "x", at(page, text)) for text in ("title", "f()", "g()", "h()", "<script")]
    languages = [
        found["locations"][0]["physicalLocation"]["region"].get("sourceLanguage")
        for found in run(Result(findings=findings, files=["a.html"]))["results"]
    ]
    assert languages == [None, "javascript", "javascript", "typescript", None]


def test_only_steps_of_the_value_are_a_code_flow() -> None:
    (flow,) = run(result())["results"][0]["codeFlows"]
    texts = [step["location"]["message"]["text"] for step in flow["threadFlows"][0]["locations"]]
    assert texts[1:] == ["the request [1]"]


def test_the_text_is_ascii_and_says_the_same() -> None:
    given = result()
    given.findings[0] = replace(given.findings[0], message="é 😀 \u2028 \ud800")
    text = render("sarif", given, context())
    assert text.isascii()
    assert json.loads(text)["runs"][0]["results"][0]["message"]["text"].startswith("é 😀 \u2028 \ufffd.")
