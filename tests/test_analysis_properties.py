"""Random correct requests in random layers of JavaScript are never reported; with one thing broken they always are.

A program is written from the inside out: a *value* is the literal of an option, wrapped in layers that pass it on (a variable,
an enum, a getter, …); *options* is the object that collects the values, wrapped likewise; a *call* hands it to the SDK, and a
*frame* is what stands around the program. The literal that is broken carries a mark, which the text of the files keeps until
the very end: where it stood, the finding must be.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from analysis_help import Found, found, lint_files, page, read_marks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sigmalint.finding import Finding
from sigmalint.result import Result

Draw = Callable[..., object]

DEPTH = 4
REQUIRED = {"connectionLinkName": "SIG101", "type": "SIG102", "url": "SIG103"}


@dataclass
class Program:
    """The program so far: statements before the expression at hand, scripts and modules beside it."""

    lines: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    names: int = 0
    awaits: bool = False

    def name(self) -> str:
        self.names += 1
        return f"v{self.names}"

    def let(self, expression: str, keyword: str = "const") -> str:
        name = self.name()
        self.lines.append(f"{keyword} {name} = {expression};")
        return name


Layer = Callable[[Program, str], str]


def built(expression: str, wrapped: str) -> str:
    """An expression that builds a new string: what is wrong with it is reported there, not at the part."""
    mark = expression[: expression.rindex("⟧") + 1] if expression.startswith("⟦") else ""
    return mark + wrapped.replace(mark, "") if mark else wrapped


# --- layers that any value can pass through --------------------------------------------------------------------------------


def variable(program: Program, value: str) -> str:
    return program.let(value)


def old_variable(program: Program, value: str) -> str:
    return program.let(value, "var")


def assigned_later(program: Program, value: str) -> str:
    name = program.name()
    program.lines += [f"let {name};", f"{name} = {value};"]
    return name


def overwritten(program: Program, value: str) -> str:
    name = program.let('"stale"', "let")
    program.lines.append(f"{name} = {value};")
    return name


def both_arms(program: Program, value: str) -> str:
    known, name = program.let(value), program.name()
    program.lines += [f"let {name};", f"if (document.hidden) {{ {name} = {known}; }} else {{ {name} = {known}; }}"]
    return name


def either_way(program: Program, value: str) -> str:
    known = program.let(value)
    return f"(navigator.onLine ? {known} : {known})"


def folded(program: Program, value: str) -> str:
    return f'(1 < 2 ? {value} : "never")'


def instead_of_null(program: Program, value: str) -> str:
    return f"(null ?? {value})"


def instead_of_empty(program: Program, value: str) -> str:
    return f'("" || {value})'


def if_asked(program: Program, value: str) -> str:
    return f"(true && {value})"


def nullish_assigned(program: Program, value: str) -> str:
    name = program.let("null", "let")
    program.lines.append(f"{name} ??= {value};")
    return name


def property_of_constant(program: Program, value: str) -> str:
    return f"{program.let(f'{{ first: 1, chosen: {value} }}')}.chosen"


def property_in_brackets(program: Program, value: str) -> str:
    return f"{program.let(f'Object.freeze({{ chosen: {value} }})')}['chosen']"


def nested_property(program: Program, value: str) -> str:
    return f"{program.let(f'{{ inner: {{ list: [0, {value}] }} }}')}.inner.list[1]"


def computed_key(program: Program, value: str) -> str:
    key = program.let('"cho" + "sen"')
    return f"{program.let(f'{{ [{key}]: {value} }}')}.chosen"


def late_property(program: Program, value: str) -> str:
    name = program.let("{}")
    program.lines.append(f"{name}.chosen = {value};")
    return f"{name}.chosen"


def getter(program: Program, value: str) -> str:
    return f"{program.let(f'{{ get chosen() {{ return {value}; }} }}')}.chosen"


def returned(program: Program, value: str) -> str:
    name = program.name()
    program.lines.append(f"function {name}() {{ return {value}; }}")
    return f"{name}()"


def early_return(program: Program, value: str) -> str:
    known, name = program.let(value), program.name()
    program.lines.append(f"function {name}(known) {{ if (known) {{ return {known}; }} return 'never'; }}")
    return f"{name}(true)"


def identity(program: Program, value: str) -> str:
    return f"{program.let('(given) => given')}({value})"


def default_parameter(program: Program, value: str) -> str:
    return f"{program.let(f'(given = {value}) => given')}()"


def unpacked_parameter(program: Program, value: str) -> str:
    return f"{program.let('({ given }) => given')}({{ given: {value} }})"


def rest_parameter(program: Program, value: str) -> str:
    return f"{program.let('(...given) => given[1]')}(0, {value})"


def spread_argument(program: Program, value: str) -> str:
    return f"{program.let('(first, given) => given')}(...[0, {value}])"


def old_arguments(program: Program, value: str) -> str:
    return f"{program.let('function () { return arguments[0]; }')}({value})"


def curried(program: Program, value: str) -> str:
    return f"{program.let('(given) => () => given')}({value})()"


def called_back(program: Program, value: str) -> str:
    return f"{program.let('(given, then) => then(given)')}({value}, (given) => given)"


def mapped(program: Program, value: str) -> str:
    return f"[{value}].map((given) => given)[0]"


def reduced(program: Program, value: str) -> str:
    return f"[{value}].reduce((before, given) => given, null)"


def looped(program: Program, value: str) -> str:
    name = program.let("null", "let")
    program.lines.append(f"for (const given of [{value}]) {{ {name} = given; }}")
    return name


def switched(program: Program, value: str) -> str:
    name = program.name()
    program.lines.append(
        f"function {name}(which) {{ switch (which) {{ case 'a': return 1; case 'b': return {value}; default: return 0; }} }}"
    )
    return f"{name}('b')"


def tried(program: Program, value: str) -> str:
    name = program.name()
    program.lines += [f"let {name};", f"try {{ {name} = {value}; }} finally {{ void 0; }}"]
    return name


def unpacked(program: Program, value: str) -> str:
    name = program.name()
    program.lines.append(f"const {{ chosen: {name} }} = {{ chosen: {value} }};")
    return name


def unpacked_default(program: Program, value: str) -> str:
    name = program.name()
    program.lines.append(f"const {{ {name} = {value} }} = {{}};")
    return name


def unpacked_array(program: Program, value: str) -> str:
    name = program.name()
    program.lines.append(f"const [, {name}] = [0, {value}];")
    return name


def class_field(program: Program, value: str) -> str:
    name = program.name()
    program.lines.append(f"class {name} {{ chosen = {value}; read() {{ return this.chosen; }} }}")
    return f"new {name}().read()"


def private_field(program: Program, value: str) -> str:
    name = program.name()
    program.lines.append(f"class {name} {{ #chosen = {value}; get chosen() {{ return this.#chosen; }} }}")
    return f"new {name}().chosen"


def static_field(program: Program, value: str) -> str:
    name = program.name()
    program.lines.append(f"class {name} {{ static chosen = {value}; }}")
    return f"{name}.chosen"


def constructed(program: Program, value: str) -> str:
    name = program.name()
    program.lines.append(f"class {name} {{ constructor(given) {{ this.given = given; }} read() {{ return this.given; }} }}")
    return f"new {name}({value}).read()"


def inherited(program: Program, value: str) -> str:
    base, name = program.name(), program.name()
    program.lines += [
        f"class {base} {{ constructor(given) {{ this.given = given; }} }}",
        f"class {name} extends {base} {{ constructor(given) {{ super(given); }} read() {{ return this.given; }} }}",
    ]
    return f"new {name}({value}).read()"


def old_class(program: Program, value: str) -> str:
    name = program.name()
    program.lines += [
        f"function {name}(given) {{ this.given = given; }}",
        f"{name}.prototype.read = function () {{ return this.given; }};",
    ]
    return f"new {name}({value}).read()"


def namespaced(program: Program, value: str) -> str:
    name = program.let("{}")
    program.lines.append(f"(function (ns) {{ var hidden = {value}; ns.read = function () {{ return hidden; }}; }})({name});")
    return f"{name}.read()"


def on_window(program: Program, value: str) -> str:
    name = program.name()
    program.lines.append(f"window.{name} = {value};")
    return name


def bound(program: Program, value: str) -> str:
    return f"(function () {{ return this.given; }}).bind({{ given: {value} }})()"


def applied(program: Program, value: str) -> str:
    return f"(function (given) {{ return given; }}).apply(null, [{value}])"


def promised(program: Program, value: str) -> str:
    program.awaits = True
    return program.let(f"await Promise.resolve({value})")


def asynchronous(program: Program, value: str) -> str:
    program.awaits = True
    return program.let(f"await {program.let(f'async () => {value}')}()")


def executed(program: Program, value: str) -> str:
    program.awaits = True
    return program.let(f"await new Promise((resolve) => resolve({value}))")


def then_given(program: Program, value: str) -> str:
    program.awaits = True
    return program.let(f"await Promise.resolve({value}).then((given) => given)")


ANY = (
    variable, old_variable, assigned_later, overwritten, both_arms, either_way, folded, instead_of_null,
    instead_of_empty, if_asked, nullish_assigned, property_of_constant, property_in_brackets, nested_property,
    computed_key, late_property, getter, returned, early_return, identity, default_parameter, unpacked_parameter,
    rest_parameter, spread_argument, old_arguments, curried, called_back, mapped, reduced, looped, switched, tried,
    unpacked, unpacked_default, unpacked_array, class_field, private_field, static_field, constructed, inherited,
    old_class, namespaced, on_window, bound, applied, promised, asynchronous, executed, then_given,
)  # fmt: skip


# --- layers of literals and strings ------------------------------------------------------------------------------------------


def other_script(program: Program, value: str) -> str:
    name = program.name()
    program.scripts.append(f"var {name} = {value};")
    return name


def namespace_script(program: Program, value: str) -> str:
    name = program.name()
    program.scripts.append(f"window.{name} = window.{name} || {{}};\n{name}.chosen = {value};")
    return f"{name}.chosen"


def other_module(program: Program, value: str) -> str:
    name = program.name()
    program.modules.append(f"export const {name} = {value};")
    return name


LITERAL = (other_script, namespace_script, other_module)
"""Layers that hold nothing but a literal: what stands in another file sees no local name."""


def template(program: Program, value: str) -> str:
    return built(value, f"`${{{value}}}`")


def joined(program: Program, value: str) -> str:
    return built(value, f'[{value}].join("")')


def trimmed(program: Program, value: str) -> str:
    return f"{value}.trim()"


def as_text(program: Program, value: str) -> str:
    return f"{value}.toString()"


def from_start(program: Program, value: str) -> str:
    return f"{value}.slice(0)"


STRING = (trimmed, as_text, from_start)
BUILDING = (template, joined)


# --- the options -------------------------------------------------------------------------------------------------------------

Parts = Mapping[str, str]


def written(parts: Parts) -> str:
    return "{ " + ", ".join(f"{name}: {value}" for name, value in parts.items()) + " }"


def as_literal(program: Program, parts: Parts) -> str:
    return written(parts)


def by_assignment(program: Program, parts: Parts) -> str:
    name = program.let("{}")
    program.lines += [f"{name}.{key} = {value};" for key, value in parts.items()]
    return name


def halves(parts: Parts) -> tuple[Parts, Parts]:
    items = list(parts.items())
    return dict(items[: len(items) // 2]), dict(items[len(items) // 2 :])


def by_object_assign(program: Program, parts: Parts) -> str:
    one, two = halves(parts)
    return f"Object.assign({{}}, {written(one)}, {written(two)})"


def by_spread(program: Program, parts: Parts) -> str:
    one, two = halves(parts)
    base = program.let(written({"headers": "{}", **one}))
    return "{ ..." + base + ", " + ", ".join(f"{name}: {value}" for name, value in two.items()) + " }"


def by_shorthand(program: Program, parts: Parts) -> str:
    name = program.name()
    keys = ", ".join(parts)
    program.lines.append(f"function {name}({keys}) {{ return {{ {keys} }}; }}")
    return f"{name}({', '.join(parts.values())})"


def by_entries(program: Program, parts: Parts) -> str:
    pairs = ", ".join(f'["{name}", {value}]' for name, value in parts.items())
    return f"Object.fromEntries([{pairs}])"


def with_junk_deleted(program: Program, parts: Parts) -> str:
    name = program.let(written({**parts, "junk": "1"}))
    program.lines.append(f"delete {name}.junk;")
    return name


def corrected(program: Program, parts: Parts) -> str:
    name = program.let(written(dict.fromkeys(parts, '"stale"')), "let")
    program.lines += [f'{name}["{key}"] = {value};' for key, value in parts.items()]
    return name


def correlated(program: Program, parts: Parts) -> str:
    """On one way the request at hand, on the other a POST with a body: the two never mix."""
    name, own = program.name(), {key: value for key, value in parts.items() if key in ("type", "postBody")}
    rest = {key: value for key, value in parts.items() if key not in own}
    kept = "".join(f"options.{key} = {program.let(value)}; " for key, value in own.items())
    program.lines.append(
        f"function {name}(other) {{ const options = {written(rest)}; if (other) {{ options.type = 'POST'; }} else {{ {kept}}}"
        " if (other) { options.postBody = { a: 1 }; } return options; }"
    )
    return f"{name}(document.hidden)"


OPTIONS = (
    as_literal, by_assignment, by_object_assign, by_spread, by_shorthand, by_entries, with_junk_deleted, corrected, correlated,
)  # fmt: skip


def copied(program: Program, value: str) -> str:
    return f"Object.assign({{}}, {value})"


def spread(program: Program, value: str) -> str:
    return f"({{ ...{value} }})"


def frozen(program: Program, value: str) -> str:
    return f"Object.freeze({value})"


def rest_of(program: Program, value: str) -> str:
    name, taken = program.name(), program.name()
    program.lines.append(f"const {{ junk: {taken}, ...{name} }} = {value};")
    return name


def through_json(program: Program, value: str) -> str:
    return f"JSON.parse(JSON.stringify({value}))"


def defaults_filled(program: Program, value: str) -> str:
    name = program.let(f"Object.assign({{}}, {value})")
    program.lines.append(f"if (!{name}.headers) {{ {name}.headers = {{}}; }}")
    return name


OBJECT = (copied, spread, frozen, rest_of, through_json, defaults_filled)


# --- the call ----------------------------------------------------------------------------------------------------------------


def direct(program: Program, options: str) -> str:
    return f"SigmaSDK.WRITER.request({options})"


def through_window(program: Program, options: str) -> str:
    return f'window.SigmaSDK["WRITER"].request({options})'


def through_alias(program: Program, options: str) -> str:
    return f"{program.let('SigmaSDK.WRITER')}.request({options})"


def through_parts(program: Program, options: str) -> str:
    name = program.name()
    program.lines.append(f"const {{ request: {name} }} = SigmaSDK.WRITER;")
    return f"{name}({options})"


def through_wrapper(program: Program, options: str) -> str:
    name = program.name()
    program.lines.append(f"function {name}(options) {{ return SigmaSDK.WRITER.request(options); }}")
    return f"{name}({options})"


def through_wrappers(program: Program, options: str) -> str:
    inner, name = program.name(), program.name()
    program.lines += [
        f"const {inner} = async (options) => {{ return await SigmaSDK.WRITER.request(options); }};",
        f"function {name}(options, retries = 3) {{ return {inner}({{ ...options }}).catch(() => retries); }}",
    ]
    return f"{name}({options})"


def through_method(program: Program, options: str) -> str:
    name = program.let("{ send(options) { return SigmaSDK.WRITER.request(options); } }")
    return f"{name}.send({options})"


def through_class(program: Program, options: str) -> str:
    name = program.name()
    program.lines.append(
        f"class {name} {{ constructor(options) {{ this.options = options; }}"
        " send() { return SigmaSDK.WRITER.request(this.options); } }"
    )
    return f"new {name}({options}).send()"


def through_positions(program: Program, options: str) -> str:
    given, name = program.let(options), program.name()
    program.lines.append(
        f"function {name}(connectionLinkName, type, url, postBody) {{"
        " return SigmaSDK.WRITER.request({ connectionLinkName, type, url, postBody }); }"
    )
    return f"{name}({given}.connectionLinkName, {given}.type, {given}.url, {given}.postBody)"


def for_each(program: Program, options: str) -> str:
    return f"[{options}].forEach((options) => {{ SigmaSDK.WRITER.request(options).catch(console.error); }})"


def after_promise(program: Program, options: str) -> str:
    return f"Promise.resolve({options}).then((options) => SigmaSDK.WRITER.request(options)).catch(console.error)"


def by_timer(program: Program, options: str) -> str:
    given = program.let(options)
    return f"setTimeout(function () {{ SigmaSDK.WRITER.request({given}).catch(console.error); }}, 10)"


def on_click(program: Program, options: str) -> str:
    given = program.let(options)
    return f'document.getElementById("go").addEventListener("click", () => SigmaSDK.WRITER.request({given}))'


def called(program: Program, options: str) -> str:
    return f"SigmaSDK.WRITER.request.call(SigmaSDK.WRITER, {options})"


CALLS = (
    direct, through_window, through_alias, through_parts, through_wrapper, through_wrappers, through_method, through_class,
    through_positions, for_each, after_promise, by_timer, on_click, called,
)  # fmt: skip


# --- the frame ---------------------------------------------------------------------------------------------------------------


def at_top(body: str) -> tuple[str, str]:
    return body, ""


def in_function(body: str) -> tuple[str, str]:
    return f"(function () {{\n{body}\n}})();", ""


def when_ready(body: str) -> tuple[str, str]:
    return f'document.addEventListener("DOMContentLoaded", function () {{\n{body}\n}});', ""


def after_init(body: str) -> tuple[str, str]:
    return f"SigmaSDK.WRITER.init(function () {{\n{body}\n}});", ""


def in_handler(body: str) -> tuple[str, str]:
    return f"function go() {{\n{body}\n}}", '<button onclick="go()">Go</button>'


def in_async_function(body: str) -> tuple[str, str]:
    return f"async function main() {{\n{body}\n}}\nmain().catch(console.error);", ""


def in_try(body: str) -> tuple[str, str]:
    return f"(async () => {{ try {{\n{body}\n}} catch (error) {{ console.error(error); }} }})();", ""


FRAMES = (at_top, in_function, when_ready, after_init, in_handler, in_async_function, in_try)
ASYNC_FRAMES = (in_async_function, in_try)


# --- drawing a program -------------------------------------------------------------------------------------------------------

CORRECT = {
    "connectionLinkName": ('"crm_main"', '"books_main"'),
    "type": ('"GET"', '"POST"', '"PUT"', '"DELETE"'),
    "url": ('"https://www.example.com/v1/items"', '"https://api.example.com/x?y=1&z=2"'),
    "postBody": ('"name=1"', '"{}"'),
}
WRONG = (
    ("connectionLinkName", '⟦SIG201⟧"crm_man"'),
    ("connectionLinkName", '⟦SIG101⟧""'),
    ("type", '⟦SIG104⟧"FETCH"'),
    ("type", '⟦SIG118⟧"get"'),
    ("url", '⟦SIG109⟧"/v1/items"'),
    ("url", '⟦SIG110⟧"http://www.example.com/v1/items"'),
    ("postBody", '⟦SIG105⟧"name=1"'),
    ("connectionLinkName", ""),
    ("type", ""),
    ("url", ""),
)
"""What is broken, and by which literal; an empty one is left out."""


@dataclass
class Drawn:
    """A program: its files, what must be found, and the option that is missing from it, if one is."""

    files: dict[str, str]
    expected: list[Found]
    missing: str


@st.composite
def programs(draw: st.DrawFn, *, broken: bool) -> Drawn:
    """A program with one request, correct or with one thing broken."""
    program = Program()
    option, literal = draw(st.sampled_from(WRONG)) if broken else ("", "")
    values = {name: draw(st.sampled_from(choice)) for name, choice in CORRECT.items()}
    if option == "postBody":
        values["type"] = draw(st.sampled_from(('"GET"', '"DELETE"')))
    elif values["type"] in ('"GET"', '"DELETE"') or literal.endswith('"get"') or not draw(st.booleans()):
        del values["postBody"]
    if option and literal:
        values[option] = literal
    elif option:
        del values[option]
    wrapped = {name: draw_value(draw, program, value) for name, value in values.items()}
    expression = draw(st.sampled_from(OPTIONS))(program, wrapped)
    for layer in draw(st.lists(st.sampled_from(ANY + OBJECT), max_size=DEPTH)):
        expression = layer(program, parenthesised(expression))
    statement = draw(st.sampled_from(CALLS))(program, expression) + ";"
    frame = draw(st.sampled_from(ASYNC_FRAMES if program.awaits else FRAMES))
    body, markup = frame("\n".join([*program.lines, statement]))
    files, expected = read_marks(laid_out(program, body, markup))
    return Drawn(files, expected, option if not literal else "")


def parenthesised(expression: str) -> str:
    return f"({expression})" if expression.startswith("{") else expression


def draw_value(draw: st.DrawFn, program: Program, value: str) -> str:
    """A literal in its layers: another file, then something that builds a string of it, then what passes it on."""
    if draw(st.integers(0, 3)) == 0:
        value = draw(st.sampled_from(LITERAL))(program, value)
    elif draw(st.integers(0, 3)) == 0 and not value.endswith('""'):
        value = draw(st.sampled_from(BUILDING))(program, value)
    for layer in draw(st.lists(st.sampled_from(ANY + STRING), max_size=DEPTH)):
        value = layer(program, value)
    return value


def laid_out(program: Program, body: str, markup: str) -> dict[str, str]:
    """The files of a program: a page, the scripts before it, and the program as a script or, if it imports, as a module."""
    files: dict[str, str] = {}
    for index, text in enumerate(program.scripts):
        files[f"app/s{index}.js"] = f"{text}\n"
    for index, text in enumerate(program.modules):
        files[f"app/m{index}.mjs"] = f"{text}\n"
        body = f'import {{ {text.split()[2]} }} from "./m{index}.mjs";\n{body}'
    if program.modules and markup:
        body += "\nwindow.go = go;"
    main = "main.mjs" if program.modules else "main.js"
    scripts = [path.removeprefix("app/") for path in files if path.endswith(".js")]
    return {**files, f"app/{main}": f"{body}\n", "app/a.html": page(*scripts, main, body=markup)}


# --- the properties ----------------------------------------------------------------------------------------------------------


def shown(drawn: Drawn, result: Result) -> str:
    files = "\n".join(f"=== {path}\n{text}" for path, text in drawn.files.items() if not path.endswith(".html"))
    said = "\n".join(f"{f.span.file.path}:{f.span.begin} {f.rule.code} {f.message}" for f in result.findings)
    return f"{files}\n{said}\nexpected: {drawn.expected or drawn.missing}"


def check_silence(drawn: Drawn) -> None:
    result = lint_files(drawn.files)
    assert found(result) == [], shown(drawn, result)
    assert result.requests == 1, shown(drawn, result)


def check_finding(drawn: Drawn) -> None:
    result = lint_files(drawn.files)
    if drawn.missing:
        [finding] = loud(result) or [None]
        assert finding is not None, shown(drawn, result)
        assert finding.rule.code == REQUIRED[drawn.missing], shown(drawn, result)
    else:
        assert found(result) == drawn.expected, shown(drawn, result)


def loud(result: Result) -> list[Finding]:
    return [finding for finding in result.findings if str(finding.level) != "note" and finding.rule.code != "SIG202"]


quick = settings(max_examples=90, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
thorough = settings(max_examples=4_000, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(programs(broken=False))
def test_a_correct_request_is_silent_whatever_it_is_wrapped_in(drawn: Drawn) -> None:
    check_silence(drawn)


@quick
@given(programs(broken=True))
def test_one_broken_option_is_found_where_it_is_written(drawn: Drawn) -> None:
    check_finding(drawn)


@pytest.mark.slow
@thorough
@given(programs(broken=False))
def test_many_correct_requests_are_silent(drawn: Drawn) -> None:
    check_silence(drawn)


@pytest.mark.slow
@thorough
@given(programs(broken=True))
def test_many_broken_requests_are_found(drawn: Drawn) -> None:
    check_finding(drawn)


LAYERS = [pytest.param(layer, id=layer.__name__) for layer in ANY + STRING + BUILDING + LITERAL]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize(("option", "literal"), [wrong for wrong in WRONG if wrong[1] and not wrong[1].endswith('""')])
def test_each_layer_alone_lets_each_broken_option_through(layer: Layer, option: str, literal: str) -> None:
    program = Program()
    values = {name: choice[0] for name, choice in CORRECT.items() if name != "postBody"} | {option: literal}
    values[option] = layer(program, literal)
    body, markup = (in_async_function if program.awaits else at_top)(
        "\n".join([*program.lines, f"SigmaSDK.WRITER.request({written(values)});"])
    )
    files, expected = read_marks(laid_out(program, body, markup))
    assert found(lint_files(files)) == expected, files
