"""The reports for people."""

import re

from report_data import CASE, UNKNOWN, WIDGET, at, context, finding, result

from sigmalint.finding import Fix
from sigmalint.report import render
from sigmalint.result import Result
from sigmalint.sources.text import SourceFile, Span


def frame(text: str, marked: str) -> list[str]:
    """The source line and the carets of a finding, without the margin."""
    file = SourceFile("a.js", text)
    report = render("text", Result(findings=[finding(CASE, "x", at(file, marked))]), context())
    _, code, carets = report.splitlines()[1:4]
    margin = code.index("|")
    assert carets[: margin + 1] == " " * margin + "|"
    return [code[margin + 2 :], carets[margin + 2 :]]


def test_a_finding_shows_place_level_code_message_name_line_hint_and_related_places() -> None:
    report = render("text", result(), context())
    assert report.split("\n\n")[0] == (
        'ext/app/my widget.html:2:15: error SIG201 connection "crm_mian" is not declared in ext/plugin-manifest.json'
        " [unknown-connection]\n"
        "   |\n"
        ' 2 |     request({😀: "crm_mian", type: "get"});\n'
        "   |                  ^^^^^^^^^^\n"
        '   = did you mean "crm_main"?\n'
        "   = ext/app/my widget.html:2:2 the request [1]\n"
        "   = ext/plugin-manifest.json:1:40 declared here"
    )


def test_the_last_line_states_counts_and_coverage() -> None:
    last = (
        "2 errors, 1 warning, 0 notes; 1 extension, 2 files read, 1 skipped (minified); 2 requests: 1 resolved, 1 unresolved\n"
    )
    assert render("text", result(), context()).endswith(f"\n\n{last}")
    assert render("concise", result(), context()).endswith(f"\n{last}")
    assert render("text", Result(), context()) == "0 errors, 0 warnings, 0 notes; 0 extensions, 0 files read; no requests\n"


def test_verbose_says_what_was_skipped_and_what_is_unknown_and_why() -> None:
    report = render("text", result(), context(verbose=True))
    assert "ext/app/lib.min.js: skipped: minified\n" in report
    assert "ext/app/my widget.html:2:2: url is not known: it comes from the network\n" in report
    assert "network" not in render("text", result(), context())


def test_a_root_that_is_not_the_working_folder_is_named() -> None:
    assert "Paths are relative to /somewhere/else\n" in render("text", result(), context(root="/somewhere/else"))
    assert "Paths are" not in render("text", result(), context(root="."))


def test_the_line_of_a_credential_is_never_shown() -> None:
    report = render("text", result(), context())
    assert 'ext/app/my widget.html:4:13: error SIG302 a live key "sk_l…" [known-token]' in report
    assert "sk_live_x" not in report


def test_a_fix_is_named_where_there_is_no_hint() -> None:
    span = at(WIDGET, '"get"')
    report = render("text", Result(findings=[finding(CASE, "x", span, fix=Fix.replace(span, '"GET"'))]), context())
    assert '   = fix: Replace by "GET"\n' in report


def test_carets_stand_below_the_code_behind_tabs_wide_characters_and_combining_marks() -> None:
    assert frame("\tx\tfoo", "foo") == ["    x   foo", "        ^^^"]
    assert frame("日本 foo", "foo") == ["日本 foo", "     ^^^"]
    assert frame("😀foo", "foo") == ["😀foo", "  ^^^"]
    assert frame("e\u0301 foo", "foo") == ["e\u0301 foo", "  ^^^"]
    assert frame("a 日\t本 b", "日\t本") == ["a 日    本 b", "  ^^^^^^^^"]


def test_long_lines_are_cropped_around_the_caret() -> None:
    code, carets = frame("a" * 500_000 + "foo" + "b" * 500_000, "foo")
    assert code == "…" + "a" * 60 + "foo" + "b" * 60 + "…"
    assert carets == " " * 61 + "^^^"
    code, carets = frame("x" + "y" * 1000 + "z", "y" * 1000)
    assert (code, carets) == ("x" + "y" * 60 + "…", " " + "^" * 60)


def test_a_finding_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    assert frame("let a = {\r\n  b\r\n}", "{\r\n  b\r\n}") == ["let a = {", "        ^"]


def test_an_empty_region_gets_one_caret() -> None:
    file = SourceFile("a.js", "foo")
    report = render("text", Result(findings=[finding(CASE, "x", Span(file, 3, 3))]), context())
    assert report.splitlines()[2:4] == [" 1 | foo", "   |    ^"]


def test_controls_in_sources_reach_no_terminal() -> None:
    file = SourceFile("a\x1b[2J.js", 'a\x1b[31m\u202e"x"\x00\x9b')
    results = Result(findings=[finding(CASE, 'bad "\x1b]0;t\x07\n\u2066"', at(file, '"x"'))])
    for report in (render("text", results, context()), render("concise", results, context())):
        assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2066]", report) is None
    assert 'a␛[2J.js:1:8: warning SIG118 bad "␛]0;t␇ �" [method-case]' in report


def test_colours_come_only_when_they_are_allowed_and_change_no_text() -> None:
    colored = render("text", result(), context(color=True))
    assert "\x1b[1;31merror SIG201\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render("text", result(), context())


def test_concise_is_one_line_a_finding() -> None:
    assert render("concise", result(), context()).splitlines()[:2] == [
        'ext/app/my widget.html:2:15: error SIG201 connection "crm_mian" is not declared in ext/plugin-manifest.json'
        " [unknown-connection]",
        'ext/app/my widget.html:2:33: warning SIG118 type "get" is not upper case [method-case]',
    ]


def test_every_report_can_be_encoded() -> None:
    for format in ("text", "concise", "json", "sarif"):
        report = render(format, Result(findings=[finding(UNKNOWN, "\ud83d", at(WIDGET, '"get"'))]), context())
        assert report.encode().endswith(b"\n")
