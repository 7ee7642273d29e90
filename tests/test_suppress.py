"""Suppression comments: what each form hides, and what SIG006 says of those that hide nothing."""

import re
import time

import pytest
from extension_data import SDK, lint_memory, request
from hypothesis import given
from hypothesis import strategies as st

from sigmalint.finding import Finding
from sigmalint.fixes import apart, applied
from sigmalint.result import Result

BAD = request()


def lines(findings: list[Finding], code: str) -> list[int]:
    """On which lines a rule's findings begin."""
    return [finding.span.begin.line for finding in findings if finding.rule.code == code]


def script(*rows: str, **more: object) -> Result:
    return lint_memory({"a.js": "\n".join(rows) + "\n"}, **more)  # type: ignore[arg-type]


class TestScripts:
    @pytest.mark.parametrize("name", ["SIG201", "sig201", "unknown-connection", "SIG2", "SIG101, SIG201", "SIG101 SIG201"])
    def test_a_comment_before_the_line_hides_by_code_name_or_prefix(self, name: str) -> None:
        result = script(f"// sigmalint-disable-next-line {name} -- the proxy adds it", BAD, BAD)
        assert lines(result.findings, "SIG201") == [3]
        assert lines(result.suppressed, "SIG201") == [2]
        assert result.suppressed[0].suppression == ("inSource", "the proxy adds it")

    def test_a_comment_on_the_line_hides(self) -> None:
        result = script(f"{BAD} // sigmalint-disable-line SIG201", f"/* sigmalint-disable-line SIG201 */ {BAD}", BAD)
        assert lines(result.findings, "SIG201") == [3]
        assert result.suppressed[0].suppression == ("inSource", None)

    def test_a_comment_of_several_lines_counts_from_its_end(self) -> None:
        result = script("/*\n * sigmalint-disable-next-line SIG201\n */", BAD, BAD)
        assert lines(result.findings, "SIG201") == [5]

    def test_a_region_ends_where_it_is_ended_for_that_rule(self) -> None:
        result = script(
            "/* sigmalint-disable SIG2, SIG118 */", BAD, "/* sigmalint-enable SIG201 */", BAD, request("crm_main", method="get")
        )
        assert lines(result.findings, "SIG201") == [4]
        assert lines(result.suppressed, "SIG118") == [5]
        assert lines(result.findings, "SIG006") == []

    def test_a_file_can_be_left_out_from_anywhere_in_it(self) -> None:
        result = script(BAD, BAD, "// sigmalint-disable-file SIG201")
        assert lines(result.findings, "SIG201") == []
        assert len(result.suppressed) == 2

    def test_words_in_strings_and_in_the_middle_of_comments_are_no_suppressions(self) -> None:
        result = script(f'const a = "// sigmalint-disable-line SIG201"; {BAD}', f"{BAD} // see sigmalint-disable-line SIG201")
        assert lines(result.findings, "SIG201") == [1, 2]
        assert lines(result.findings, "SIG006") == []

    def test_typescript_and_broken_scripts_have_them_too(self) -> None:
        typed = lint_memory({"a.ts": f"// sigmalint-disable-next-line SIG201\n{BAD}\nlet n: number = 1;\n"})
        assert lines(typed.findings, "SIG201") == []
        broken = script("// sigmalint-disable-next-line SIG001", "let = = 1;")
        assert lines(broken.findings, "SIG001") == []

    def test_a_reviewer_sees_what_they_hide(self) -> None:
        result = script("// sigmalint-disable-file SIG201", BAD, "// sigmalint-disable-line", trusted=False)
        assert lines(result.findings, "SIG201") == [2]
        assert result.suppressed == []


class TestPages:
    def test_a_comment_covers_the_attributes_and_the_script_of_the_next_element(self) -> None:
        handler = BAD.replace('"', "'")
        page = (
            f"{SDK}<!-- sigmalint-disable-next-line SIG201 -->\n\n<button\n class='x'\n onclick=\"{handler}\">x</button>\n"
            f"<!-- sigmalint-disable-next-line SIG201 -- known -->\n<script>\n\n{BAD}\n</script>\n<script>\n{BAD}\n</script>\n"
        )
        result = lint_memory({"a.html": page})
        assert lines(result.findings, "SIG201") == [14]
        assert lines(result.suppressed, "SIG201") == [7, 11]

    def test_a_region_in_a_page_covers_its_scripts_and_one_in_a_script_ends_with_it(self) -> None:
        page = (
            f"{SDK}<script>\n// sigmalint-disable SIG201\n{BAD}\n</script>\n<script>{BAD}</script>\n"
            f"<!-- sigmalint-disable SIG201 -->\n<script>{BAD}</script>\n<!-- sigmalint-enable SIG201 -->\n"
            f"<script>{BAD}</script>\n"
        )
        result = lint_memory({"a.html": page})
        assert lines(result.findings, "SIG201") == [7, 11]

    def test_a_comment_inside_a_handler_counts_on_its_line(self) -> None:
        handler = BAD.replace('"', "'")
        result = lint_memory({"a.html": f'{SDK}<b onclick="/* sigmalint-disable-line SIG201 */ {handler}">x</b>\n'})
        assert lines(result.findings, "SIG201") == []


class TestUnused:
    def messages(self, result: Result) -> list[str]:
        return [finding.message for finding in result.findings if finding.rule.code == "SIG006"]

    def test_one_without_a_name_is_refused(self) -> None:
        result = script(f"{BAD} // sigmalint-disable-line -- all of them")
        assert lines(result.findings, "SIG201") == [1]
        assert self.messages(result) == ['"sigmalint-disable-line" names no rule']

    def test_one_that_hides_nothing_is_reported_name_by_name_with_a_fix(self) -> None:
        result = script(
            f"{BAD} // sigmalint-disable-line SIG101, SIG201, SIG110", "  // sigmalint-disable-next-line SIG201", "f();"
        )
        found = [finding for finding in result.findings if finding.rule.code == "SIG006"]
        assert [finding.span.text for finding in found] == ["SIG101", "SIG110", "SIG201"]
        assert [finding.message for finding in found][:1] == ['the suppression of "SIG101" hides nothing']
        edits = [finding.fix.edits[0].span.text for finding in found if finding.fix]
        assert edits == ["SIG101, ", ", SIG110", "  // sigmalint-disable-next-line SIG201\n"]

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("/* sigmalint-disable A */\nf();\n/* sigmalint-enable A */\n", "f();\n"),
            ("/* sigmalint-disable A, B */ f(); // sigmalint-enable A\nBAD\n", "/* sigmalint-disable B */ f();\nBAD\n"),
            (
                "/* sigmalint-disable A, B, C */\nBAD\n/* sigmalint-enable A B C */\n",
                "/* sigmalint-disable B */\nBAD\n/* sigmalint-enable B */\n",
            ),
            (
                "// sigmalint-disable A\n// sigmalint-disable B\nBAD\n// sigmalint-enable SIG\n",
                "// sigmalint-disable B\nBAD\n// sigmalint-enable SIG\n",
            ),
            ("// sigmalint-disable A, C\nf();\n// sigmalint-enable C\nf();\n// sigmalint-enable A\n", "f();\nf();\n"),
            ("// sigmalint-disable SIG1\nf();\n// sigmalint-enable A\nf();\n// sigmalint-enable C\n", "f();\nf();\n"),
            ("// sigmalint-disable A\nf();\n", "f();\n"),
        ],
    )
    def test_an_end_goes_with_its_beginning(self, before: str, after: str) -> None:
        for short, code in (("A", "SIG101"), ("B", "SIG201"), ("C", "SIG110")):
            before, after = (re.sub(rf"\b{short}\b", code, text).replace("BAD", BAD) for text in (before, after))

        assert self.fixed(before) == after

    def test_an_end_of_several_beginnings_goes_with_the_last(self) -> None:
        before = "// sigmalint-disable SIG101\n// sigmalint-disable SIG110\nf();\n// sigmalint-enable SIG1\n"

        assert self.fixed(before) == "f();\n// sigmalint-enable SIG1\n"
        assert self.fixed(self.fixed(before)) == "f();\n"

    def fixed(self, text: str) -> str:
        """A text after the fixes that can be applied together."""
        fixes = apart(finding.fix for finding in script(text).findings if finding.rule.code == "SIG006" and finding.fix)
        return applied(text, [edit for fix in fixes for edit in fix.edits])

    def test_misspelt_words_and_names_are_reported_with_what_was_meant(self) -> None:
        result = script(
            "// sigmalint-disable-nextline SIG201", "f(); // sigmalint-disable-line unknown-conection", "// sigmalint-x"
        )
        found = [(finding.message, finding.hint) for finding in result.findings if finding.rule.code == "SIG006"]
        assert found == [
            ('"sigmalint-disable-nextline" is no suppression', 'did you mean "sigmalint-disable-next-line"?'),
            ('"unknown-conection" in a suppression is no code, name or prefix of a rule', 'did you mean "unknown-connection"?'),
        ]

    def test_an_end_without_a_beginning_is_reported(self) -> None:
        assert self.messages(script("/* sigmalint-enable SIG201 */")) == ['"sigmalint-enable" ends no suppression of "SIG201"']

    def test_nothing_is_said_of_rules_that_were_not_run(self) -> None:
        assert self.messages(script("// sigmalint-disable-line SIG116")) == []
        assert self.messages(script("// sigmalint-disable-line SIG116", on=("SIG116",))) != []

    def test_it_can_be_suppressed_itself(self) -> None:
        result = script("// sigmalint-disable-file SIG006", "// sigmalint-disable-line SIG201")
        assert lines(result.findings, "SIG006") == []
        assert lines(result.suppressed, "SIG006") == [2]
        assert self.messages(script("// sigmalint-disable-file SIG006")) == ['the suppression of "SIG006" hides nothing']


def test_a_hundred_thousand_comments_take_linear_time() -> None:
    started = time.perf_counter()
    script(*["/* sigmalint-disable-line SIG201 */ /* sigmalint-disable SIG2 */"] * 5_000, BAD)
    assert time.perf_counter() - started < 10


@given(
    st.lists(st.sampled_from(["sigmalint-disable", "-line", "-file", " SIG201", " -- ", "/*", "*/", "//", "<!--", "-->", "\n"]))
)
def test_no_text_makes_it_fail(pieces: list[str]) -> None:
    text = "".join(pieces)
    lint_memory({"a.html": f"{SDK}{text}<script>{text}\n</script>", "b.js": f"{text}\n{BAD}"})
