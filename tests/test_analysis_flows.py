"""What the analysis follows, a few readable programs for each of its modules. `⟦SIG201⟧` marks where a finding must begin."""

import time
from pathlib import Path

import pytest
from analysis_help import found, lint_files, lint_script, page, read_marks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sigmalint.finding import Finding
from sigmalint.result import Result

PRELUDE = """\
const URL_A = "https://www.example.com/a";
function send(options) { return SigmaSDK.WRITER.request(options).catch(console.error); }
"""


def check(source: str) -> list[Finding]:
    """Lint a script after the prelude: exactly the marked findings must come. Gives them for a closer look."""
    files, expected = read_marks({"app/a.html": page("a.js"), "app/a.js": PRELUDE + source})
    result = lint_files(files)
    assert found(result) == expected, [f"{f.span.begin} {f.rule.code} {f.message}" for f in result.findings]
    return [finding for finding in result.findings if str(finding.level) != "note" and finding.rule.code != "SIG202"]


def check_files(**files: str) -> Result:
    """Lint files given as `app_a_js="…"`, with a page made of them if none is given: exactly the marked findings must come."""
    named = {path.replace("_", "/", 1)[::-1].replace("_", ".", 1)[::-1]: text for path, text in files.items()}
    if not any(path.endswith(".html") for path in named):
        named["app/a.html"] = page(*(path.removeprefix("app/") for path in named))
    plain, expected = read_marks(named)
    result = lint_files(plain)
    assert found(result) == expected, [f"{f.span.file.path}:{f.span.begin} {f.message}" for f in result.findings]
    return result


# --- scopes ------------------------------------------------------------------------------------------------------------------


def test_a_name_means_the_innermost_binding() -> None:
    check("""
const type = "FETCH";
function go() {
  const type = "GET";
  { const type = "NEVER"; void type; }
  send({ connectionLinkName: "crm_main", type, url: URL_A });
}
go();
""")


def test_var_belongs_to_the_function_and_let_to_the_block() -> None:
    check("""
function go() {
  if (document.hidden) { var kind = "GET"; let name = "inner"; void name; } else { var kind = "POST"; }
  send({ connectionLinkName: "crm_main", type: kind, url: URL_A });
}
go();
""")


def test_a_parameter_hides_the_global_of_its_name() -> None:
    check("""
var url = "/relative";
function get(url) { send({ connectionLinkName: "crm_main", type: "GET", url: url }); }
get(URL_A);
get(⟦SIG109⟧"/other");
""")


def test_a_function_is_there_before_its_declaration() -> None:
    check("""
send(options());
function options() { return { connectionLinkName: ⟦SIG201⟧"crm_man", type: "GET", url: URL_A }; }
""")


def test_a_property_without_a_name_is_one_like_others() -> None:
    check("""
const box = document.getElementById("a");
box[""] = "x";
box.dataset[""] += box[""];
localStorage[``] = 1;
send({ connectionLinkName: "crm_main", url: URL_A, type: ⟦SIG104⟧"FETCH" });
""")


# --- branches and their joins ------------------------------------------------------------------------------------------------


def test_what_one_branch_writes_is_possible_and_the_message_says_when() -> None:
    [finding] = check("""
const options = { connectionLinkName: "crm_main", type: "GET", url: URL_A };
if (document.hidden) { options.type = ⟦SIG104⟧"FETCH"; }
send(options);
""")
    assert not finding.definite
    assert "when `document.hidden` is true" in finding.message


def test_an_object_that_a_branch_made_empty_lacks_what_a_later_branch_may_give_it() -> None:
    [first, second] = check("""
let options = null;
if (location.hash) { options = ⟦SIG102⟧{}; } else { options = ⟦SIG102⟧{}; }
if (location.search) { options.type = "GET"; }
send({ connectionLinkName: "crm_main", url: URL_A, type: options.type });
""")
    assert first.message == '"type" is undefined, when `location.search` is false and `location.hash` is true'
    assert second.message == '"type" is undefined, when `location.search` is false and `location.hash` is false'


def test_what_both_branches_write_is_definite() -> None:
    [finding] = check("""
const options = ⟦SIG101⟧{ url: URL_A };
if (document.hidden) { options.type = "GET"; } else { options.type = "POST"; }
send(options);
""")
    assert finding.definite


def test_two_branches_of_one_condition_never_mix() -> None:
    check("""
function save(isNew) {
  const options = { connectionLinkName: "crm_main", url: URL_A };
  options.type = isNew ? "POST" : "DELETE";
  if (isNew) { options.postBody = { a: 1 }; }
  send(options);
}
save(document.hidden);
""")


def test_a_branch_on_a_value_selects_the_way_that_wrote_it() -> None:
    check("""
function call(type, body) {
  const options = { connectionLinkName: "crm_main", type, url: URL_A };
  if (type !== "GET") { options.postBody = body; }
  send(options);
}
call(navigator.onLine ? "GET" : "POST", { a: 1 });
call("DELETE", ⟦SIG105⟧{ a: 1 });
""")


def test_an_early_return_leaves_the_rest_to_the_other_case() -> None:
    check("""
function call(url) {
  if (!url) { return null; }
  return send({ connectionLinkName: "crm_main", type: "GET", url });
}
call(null); call(""); call(URL_A); call(document.hidden ? URL_A : null);
""")


def test_what_is_thrown_is_not_sent() -> None:
    check("""
function call(type) {
  if (!["GET", "POST"].includes(type)) { throw new TypeError(type); }
  return send({ connectionLinkName: "crm_main", type, url: URL_A });
}
call("GET"); call("FETCH");
""")


# --- properties --------------------------------------------------------------------------------------------------------------


def test_the_last_write_before_the_call_counts() -> None:
    check("""
const options = { connectionLinkName: "stale", type: "stale", url: "stale" };
options.type = "GET"; options["url"] = URL_A; options.connectionLinkName = "crm_main";
send(options);
options.type = ⟦SIG104⟧"FETCH";
send(options);
options.type = "NEVER";
""")


def test_a_deleted_property_is_missing_from_the_object() -> None:
    check("""
const options = ⟦SIG103⟧{ connectionLinkName: "crm_main", type: "GET", url: URL_A };
delete options.url;
send(options);
""")


def test_a_copy_has_the_properties_of_its_moment() -> None:
    check("""
const first = { connectionLinkName: "crm_main", type: "GET", url: URL_A };
const second = { ...first };
first.type = "NEVER";
send(second);
""")


def test_an_alias_is_the_same_object() -> None:
    check("""
const first = { type: "GET", url: URL_A };
const second = first;
second.connectionLinkName = ⟦SIG201⟧"crm_man";
send(first);
""")


def test_unknown_properties_copied_last_may_be_anything_and_copied_first_are_overwritten() -> None:
    check("""
const stored = JSON.parse(localStorage.getItem("options"));
send({ type: "FETCH", ...stored });
send({ ...stored, type: ⟦SIG104⟧"FETCH" });
""")


def test_a_frozen_object_keeps_its_properties() -> None:
    check("""
const options = Object.freeze({ connectionLinkName: "crm_main", type: "GET", url: URL_A });
options.type = "FETCH";
send(options);
""")


def test_an_unknown_key_may_be_any_of_the_known_ones() -> None:
    check("""
const BASES = { live: URL_A, test: ⟦SIG110⟧"http://test.example.com" };
send({ connectionLinkName: "crm_main", type: "GET", url: BASES[location.hash] });
""")


def test_a_getter_is_called() -> None:
    check("""
const config = { get connection() { return ⟦SIG201⟧"crm_man"; } };
send({ connectionLinkName: config.connection, type: "GET", url: URL_A });
""")


def test_an_object_handed_to_unknown_code_may_be_completed_there() -> None:
    check("""
const options = { type: "GET" };
window.parent.prepare(options);
send(options);
const logged = ⟦SIG101⟧{ type: "GET", url: URL_A };
console.log(logged);
send(logged);
""")


# --- expressions -------------------------------------------------------------------------------------------------------------


def test_a_built_text_is_reported_where_it_is_built() -> None:
    check("""
const path = "/v1/items", id = document.title;
send({ connectionLinkName: "crm_main", type: "GET", url: ⟦SIG109⟧path + "/" + id });
send({ connectionLinkName: "crm_main", type: "GET", url: ⟦SIG109⟧`${path}/${id}` });
send({ connectionLinkName: "crm_main", type: "GET", url: `https://${id}/v1` });
""")


def test_string_methods_of_constants_are_computed() -> None:
    check("""
send({ connectionLinkName: " crm_main ".trim(), type: "get".toUpperCase(), url: ["https:/", "a.example.com"].join("/") });
send({ connectionLinkName: "crm-main".replace("-", "_"), type: "get post".split(" ")[1].toUpperCase(), url: URL_A });
""")


def test_defaults_come_in_where_the_value_is_missing() -> None:
    check("""
function call(given) {
  const { type = "GET", url = URL_A } = given;
  send({ connectionLinkName: given.name || "crm_main", type, url });
}
call({}); call({ type: undefined, name: "" }); call({ url: ⟦SIG109⟧"/a" });
""")


def test_an_unknown_text_is_never_judged() -> None:
    check("""
const typed = document.getElementById("type").value;
send({ connectionLinkName: typed, type: typed, url: typed });
""")


# --- calls -------------------------------------------------------------------------------------------------------------------


def test_a_wrapper_is_followed_for_each_of_its_calls() -> None:
    [_, second] = check("""
function api(type, path, postBody) {
  return send({ connectionLinkName: "crm_main", type, url: "https://www.example.com" + path, postBody });
}
api("GET", "/a");
api("POST", "/a", { a: 1 });
api(⟦SIG104⟧"FETCH", "/a");
api("GET", "/a", ⟦SIG105⟧{ a: 1 });
""")
    assert [related.message for related in second.related].count("called here") >= 1


def test_what_a_wrapper_writes_wrongly_is_reported_once() -> None:
    check("""
function api(path) { return send({ connectionLinkName: ⟦SIG201⟧"crm_man", type: "GET", url: URL_A + path }); }
api("/a"); api("/b"); api("/c");
""")


def test_a_condition_on_an_argument_is_decided_for_each_call() -> None:
    check("""
function api(body) {
  return send({ connectionLinkName: "crm_main", type: body ? "POST" : "GET", url: URL_A, postBody: body });
}
api(); api(null); api({ a: 1 });
""")


def test_this_is_the_object_on_which_a_method_is_called() -> None:
    check("""
class Api {
  constructor(name) { this.name = name; }
  get() { return send({ connectionLinkName: this.name, type: "GET", url: URL_A }); }
}
class Books extends Api { constructor() { super(⟦SIG201⟧"books"); } }
new Api("crm_main").get();
new Books().get();
""")


def test_an_overridden_method_replaces_the_one_of_the_parent() -> None:
    check("""
class Api {
  base() { return "/none"; }
  get() { return send({ connectionLinkName: "crm_main", type: "GET", url: this.base() }); }
}
class Crm extends Api { base() { return URL_A; } }
new Crm().get();
""")


def test_recursion_ends() -> None:
    check("""
function again(left, options) { return left ? again(left - 1, options) : send(options); }
again(2, { connectionLinkName: ⟦SIG201⟧"crm_man", type: "GET", url: URL_A });
again(1e9, { connectionLinkName: "crm_main", type: "GET", url: URL_A });
function forever(options) { forever(options); send(options); }
forever({ type: "GET" });
""")


def test_a_function_that_nothing_calls_is_run_with_unknown_arguments() -> None:
    check("""
window.handlers = { get(url) { return send({ connectionLinkName: ⟦SIG201⟧"crm_man", type: "GET", url }); } };
""")


# --- the library -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "loop",
    [
        "LIST.forEach((options) => send(options));",
        "LIST.map(send);",
        "for (const options of LIST) { send(options); }",
        "for (let i = 0; i < LIST.length; i += 1) { send(LIST[i]); }",
        "for (const key in LIST) { send(LIST[key]); }",
        "Object.values({ ...LIST }).forEach(send);",
        "LIST.reduce((before, options) => before.then(() => send(options)), Promise.resolve());",
        "$.each(LIST, function (index, options) { send(options); });",
        "Promise.all(LIST.map(async (options) => { await send(options); }));",
    ],
)
def test_every_element_of_a_known_list_is_sent(loop: str) -> None:
    check(f"""
const LIST = [
  {{ connectionLinkName: "crm_main", type: "GET", url: URL_A }},
  {{ connectionLinkName: ⟦SIG201⟧"crm_man", type: "GET", url: URL_A }},
  ⟦SIG103⟧{{ connectionLinkName: "crm_main", type: "GET" }},
];
{loop}
""")


def test_options_are_completed_from_entries_and_lists() -> None:
    check("""
const pairs = [["connectionLinkName", "crm_main"], ["type", "GET"]];
send(Object.fromEntries([...pairs, ["url", URL_A]]));
send(pairs.reduce((made, [key, value]) => ({ ...made, [key]: value }), { url: URL_A }));
""")


# --- statements --------------------------------------------------------------------------------------------------------------


def test_a_loop_of_pages_sends_each_address() -> None:
    check("""
async function all() {
  let page = 1, more = true;
  while (more) {
    const url = URL_A + "?page=" + page;
    const answer = await SigmaSDK.WRITER.request({ connectionLinkName: "crm_main", type: "GET", url });
    more = answer.more;
    page += 1;
  }
}
all().catch(console.error);
""")


def test_switch_enters_the_case_that_fits_and_falls_through() -> None:
    check("""
function call(type, body) {
  const options = { connectionLinkName: "crm_main", type, url: URL_A };
  switch (type) {
    case "POST":
    case "PUT": options.postBody = body; break;
    default: options.data = body;
  }
  send(options);
}
call("GET", { a: 1 }); call("PUT", { a: 1 });
""")


def test_continue_and_break_with_labels_leave_their_loops() -> None:
    check("""
outer: for (const type of ["GET", "POST"]) {
  for (const postBody of [null, { a: 1 }]) {
    if (type === "GET" && postBody) { continue outer; }
    send({ connectionLinkName: "crm_main", type, url: URL_A, postBody });
  }
}
""")


def test_a_catch_block_may_come_after_any_part_of_its_try_block() -> None:
    check("""
let url = ⟦SIG109⟧"/start";
try { JSON.parse(document.title); url = URL_A; } catch (error) { console.error(error); }
send({ connectionLinkName: "crm_main", type: "GET", url });
""")


# --- programs ----------------------------------------------------------------------------------------------------------------


def test_the_scripts_of_a_page_share_their_globals_in_order() -> None:
    check_files(
        app_config_js='var CONFIG = { name: ⟦SIG201⟧"crm_man" };\n',
        app_main_js='SigmaSDK.WRITER.request({ connectionLinkName: CONFIG.name, type: "GET", url: "https://a.example" });\n',
    )


def test_a_script_of_two_pages_is_reported_once() -> None:
    check_files(
        app_a_html=page("a.js"),
        app_b_html=page("a.js"),
        app_a_js='SigmaSDK.WRITER.request({ connectionLinkName: ⟦SIG201⟧"crm_man", type: "GET", url: "https://a.example" });\n',
    )


def test_a_script_is_judged_with_the_globals_of_each_of_its_pages() -> None:
    check_files(
        app_a_html=page("live.js", "main.js"),
        app_b_html=page("test.js", "main.js"),
        app_live_js='var NAME = "crm_main";\n',
        app_test_js='var NAME = ⟦SIG201⟧"test";\n',
        app_main_js='SigmaSDK.WRITER.request({ connectionLinkName: NAME, type: "GET", url: "https://a.example.com" });\n',
    )


def test_modules_are_followed_through_what_they_export_again() -> None:
    check_files(
        app_a_html=page("main.mjs"),
        app_main_mjs='import api, { NAME as name } from "./api.mjs";\nimport * as names from "./names.mjs";\n'
        'api({ connectionLinkName: name, type: "GET", url: names.BASE });\n',
        app_api_mjs='export * from "./names.mjs";\n'
        "export default (options) => SigmaSDK.WRITER.request(options).catch(console.error);\n",
        app_names_mjs='export const NAME = ⟦SIG201⟧"crm_man";\nexport const BASE = ⟦SIG110⟧"http://a.example.com";\n',
    )


def test_a_handler_in_the_page_calls_what_a_script_defines() -> None:
    check_files(
        app_a_html=page("a.js", body="<button onclick=\"get(⟦SIG109⟧'/a')\">Get</button>"),
        app_a_js='function get(url) { SigmaSDK.WRITER.request({ connectionLinkName: "crm_main", type: "GET", url }); }\n',
    )


def test_a_script_of_no_page_is_analysed_by_itself() -> None:
    check_files(
        app_a_html=page(),
        app_a_js='SigmaSDK.WRITER.request({ connectionLinkName: ⟦SIG201⟧"crm_man", type: "GET", url: "https://a.example" });\n',
    )


# --- relevance ---------------------------------------------------------------------------------------------------------------


def test_a_function_matters_that_writes_what_a_request_reads() -> None:
    check("""
const state = {};
function prepare() { state.name = ⟦SIG201⟧"crm_man"; }
function unrelated() { return [1, 2, 3].map((n) => n * 2); }
function go() { send({ connectionLinkName: state.name, type: "GET", url: URL_A }); }
prepare(); unrelated(); go();
""")


def test_a_value_set_by_an_event_is_not_missing_in_another() -> None:
    check("""
let name = null;
window.addEventListener("load", () => { name = "crm_main"; });
document.body.onclick = () => send({ connectionLinkName: name, type: "GET", url: URL_A });
""")


# --- promises ----------------------------------------------------------------------------------------------------------------

OPTIONS = '{ connectionLinkName: "crm_main", type: "GET", url: "https://a.example.com" }'
REQUEST = f"SigmaSDK.WRITER.request({OPTIONS})"


@pytest.mark.parametrize(
    "source",
    [
        f"{REQUEST};",
        f"{REQUEST}.then(console.log);",
        f"function go() {{ {REQUEST}; }} go();",
        f"async function go() {{ await {REQUEST}; }} go();",
        f"const answer = {REQUEST}; answer.then(console.log);",
    ],
)
def test_a_rejection_that_nothing_handles_is_noted(source: str) -> None:
    result = lint_script(source)
    assert [entry.code for entry in found(result, notes=True)] == ["SIG112"]
    [finding] = [finding for finding in result.findings if finding.rule.code == "SIG112"]
    assert finding.span.text == "SigmaSDK.WRITER.request"


@pytest.mark.parametrize(
    "source",
    [
        f"{REQUEST}.catch(console.error);",
        f"{REQUEST}.then(console.log, console.error);",
        f"{REQUEST}.then(console.log).catch(console.error);",
        f"async function go() {{ try {{ await {REQUEST}; }} catch (error) {{ console.error(error); }} }} go();",
        f"async function go() {{ await {REQUEST}; }} go().catch(console.error);",
        f"window.go = function () {{ return {REQUEST}; }};",
        f"Promise.all([{REQUEST}, {REQUEST}]).catch(console.error);",
        f"Promise.allSettled([{REQUEST}]);",
        f"window.later.push({REQUEST});",
    ],
)
def test_a_rejection_that_is_handled_or_passed_on_is_not_noted(source: str) -> None:
    assert found(lint_script(source), notes=True) == []


# --- limits ------------------------------------------------------------------------------------------------------------------

CALL = 'SigmaSDK.WRITER.request({ connectionLinkName: "crm_man", type: "GET", url: "https://a.example.com" });\n'


def seconds(source: str) -> float:
    """The processor time that linting a script takes."""
    start = time.process_time()
    result = lint_script(source)
    assert result.failures == []
    return time.process_time() - start


def test_a_page_of_ten_thousand_lines_is_analysed_in_time() -> None:
    function = "function {0}(row) {{\n  var text = row.a + row.b;\n  if (!text) {{ return ''; }}\n  return text.trim();\n}}\n"
    filler = "".join(function.format(f"format{index}") for index in range(1_900))
    calls = "".join(f"function load{index}() {{\n  {CALL}}}\nload{index}();\n" for index in range(100))
    assert (filler + calls).count("\n") >= 9_900
    assert seconds(filler + calls) < 5


HOSTILE = {
    "nested blocks": "{" * 2_000 + CALL + "}" * 2_000,
    "nested functions": "(function () {" * 500 + CALL + "})();" * 500,
    "nested arrays": "var a = " + "[" * 5_000 + "]" * 5_000 + ";\n" + CALL,
    "nested parentheses": "var a = " + "(" * 5_000 + "1" + ")" * 5_000 + ";\n" + CALL,
    "nested objects": "var a = " + "{ a: " * 3_000 + "1" + " }" * 3_000 + ";\n" + CALL,
    "nested conditions": "var a = " + "document.hidden ? 1 : " * 3_000 + "2;\n" + CALL,
    "nested ifs": "".join(f"if (window.a{index}) {{" for index in range(300)) + CALL + "}" * 300,
    "long sum": "var a = " + " + ".join(f"window.b{index}" for index in range(3_000)) + ";\n" + CALL,
    "long chain of members": "var a = window" + ".a" * 3_000 + ";\n" + CALL,
    "long chain of calls": "window.a" + ".then(function (x) { return x; })" * 1_000 + ";\n" + CALL,
    "long else-if": "if (0) {}" + "".join(f" else if (window.a === '{n}') {{ a = {n}; }}" for n in range(500)) + "\n" + CALL,
    "huge switch": "switch (location.hash) {" + "".join(f"case '{n}': a = {n}; break;\n" for n in range(3_000)) + "}\n" + CALL,
    "early returns": "function f(o) {" + "".join(f"if (o.a{n}) {{ return {n}; }}" for n in range(1_000)) + CALL + "} f(top);",
    "many branches": "var o = {};\n" + "".join(f"if (window.a{n}) {{ o.p{n} = {n}; }}\n" for n in range(1_000)) + CALL,
    "many values": "var a = 0;\n" + "".join(f"if (window.a{n}) {{ a = {n}; }}\n" for n in range(1_000)) + CALL,
    "nested loops": "for (const a of window.b) {" * 12 + CALL + "}" * 12,
    "counted loops": "for (var i = 0; i < 20; i++) {" * 6 + "x = i;" + "}" * 6 + CALL,
    "doubling calls": f"function f25() {{ {CALL} }}"
    + "".join(f"function f{n}() {{ f{n + 1}(); f{n + 1}(); }}\n" for n in range(25)) + "f0();",
    "doubling texts": "var s = 'ab';" + "for (var i = 0; i < 24; i++) { s = s + s; }" * 2 + CALL,
    "doubling unknowns": "var s = window.ab;" + "for (var i = 0; i < 24; i++) { s = s * s; s = s + s; }" * 2 + CALL,
    "doubling partly known texts": "var s = window.ab + 'x';" + "for (var i = 0; i < 24; i++) { s = s + s; }" + CALL,
    "repeated texts": "var s = 'ab'" + ".repeat(1e9)" * 20 + ";\n" + CALL,
    "odd numbers": "var a = []; a['²'] = 'x'.repeat('x') + 'x'.slice(0, Infinity) + 'x'.repeat(-1); a.length = 1e10;" + CALL,
    "mutual recursion": f"function f(n) {{ g(n); g(n + 1); }} function g(n) {{ f(n); f(n - 1); {CALL} }} f(1);",
    "many functions": "".join(f"function f{n}(o) {{ SigmaSDK.WRITER.request(o); }}\n" for n in range(1_000)),
    "many requests": CALL * 2_000,
    "endless events": "function f() { setTimeout(f); setTimeout(g); } function g() { setTimeout(f); " + CALL + "} f();",
    "broken text": CALL + "function ( { [ `${ " * 500,
}  # fmt: skip


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in HOSTILE.items()])
def test_hostile_programs_end_in_time(source: str) -> None:
    assert seconds(source) < 10


# --- any text ----------------------------------------------------------------------------------------------------------------

_NAMES = ("a", "b", "o", "SigmaSDK", "window", "this", "arguments", "f", "Promise", "Object")
_LITERALS = ("1", '"GET"', "null", "undefined", "true", "{}", "[]", "``", "/x/g", '"https://a.example.com"', "-1", "1e400")
_KEYS = ("a", "length", "type", "url", "then", "call", "prototype", "constructor", "__proto__", "map", "concat", "slice", "0")


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions of expressions."""
    keys = st.sampled_from(_KEYS)
    return st.one_of(
        st.tuples(inner, st.sampled_from(("+", "||", "&&", "??", "===", "<", ",", "%", "in", "instanceof")), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        st.builds("{}.{}".format, inner, keys.filter(lambda key: not key.isdigit())),
        st.builds("{}[{}]".format, inner, inner),
        st.builds("{}({})".format, inner, inner),
        st.builds("{}({}, ...{})".format, inner, inner, inner),
        st.builds("new ({})({})".format, inner, inner),
        st.builds("({} ? {} : {})".format, inner, inner, inner),
        st.builds("({{ a: {}, ...{}, [{}]: {} }})".format, inner, inner, inner, inner),
        st.builds("[{}, ...{}]".format, inner, inner),
        st.builds("`x${{{}}}y`".format, inner),
        st.builds("(function (a, ...b) {{ {}; return {}; }})".format, inner, inner),
        st.builds("((a = {}, {{ b, ...o }} = {}) => {})".format, inner, inner, inner),
        st.builds("(class extends ({}) {{ x = {}; get a() {{ return {}; }} }})".format, inner, inner, inner),
        st.builds("(async () => await {})()".format, inner),
        st.builds("(o.{} = {})".format, keys.filter(lambda key: not key.isdigit()), inner),
        st.builds("typeof {}".format, inner),
        st.builds("!{}".format, inner),
        st.builds("SigmaSDK.WRITER.request({})".format, inner),
        st.builds("Object.assign({}, {})".format, inner, inner),
    )


EXPRESSIONS = st.recursive(st.sampled_from(_NAMES + _LITERALS), _grown, max_leaves=12)
STATEMENTS = st.recursive(
    st.one_of(EXPRESSIONS.map("{};".format), EXPRESSIONS.map("var a = {};".format), EXPRESSIONS.map("o = {};".format)),
    lambda inner: st.one_of(
        st.builds("if ({}) {{ {} }} else {{ {} }}".format, EXPRESSIONS, inner, inner),
        st.builds("for (const b of {}) {{ {} break; }}".format, EXPRESSIONS, inner),
        st.builds("for (var b in {}) {{ {} continue; }}".format, EXPRESSIONS, inner),
        st.builds("while ({}) {{ {} }}".format, EXPRESSIONS, inner),
        st.builds("try {{ {} }} catch (b) {{ {} }} finally {{ {} }}".format, inner, inner, inner),
        st.builds("switch ({}) {{ case {}: {} default: {} }}".format, EXPRESSIONS, EXPRESSIONS, inner, inner),
        st.builds("function f(a, b) {{ {} return {}; }}".format, inner, EXPRESSIONS),
        st.builds("{}\n{}".format, inner, inner),
    ),
    max_leaves=8,
)

tries = settings(max_examples=80, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
many_tries = settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))


def check_any(source: str) -> None:
    took = seconds(f"{source}\n{CALL}")
    assert took < 10, f"{took:.1f} s: {source}"


@tries
@given(STATEMENTS)
def test_any_program_is_analysed_without_a_crash(source: str) -> None:
    check_any(source)


@pytest.mark.slow
@many_tries
@given(STATEMENTS)
def test_a_thousand_programs_are_analysed_quickly_and_without_a_crash(source: str) -> None:
    check_any(source)


REAL = sorted((Path(__file__).parent.parent / "fixtures").rglob("*.js"))
PIECES = [path.read_text(encoding="utf-8", errors="replace")[:4_000] for path in REAL][:12] or [PRELUDE]


@tries
@given(st.data())
def test_damaged_code_is_analysed_without_a_crash(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(PIECES))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        other = data.draw(st.sampled_from(PIECES))
        copy = data.draw(st.integers(0, len(other)))
        text = text[:start] + other[copy : copy + data.draw(st.integers(0, 40))] + text[end:]
    check_any(text)
