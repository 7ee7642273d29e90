"""What a rule sees of an extension: pages, scripts, manifest, requests, and the values that may reach each option.

Nothing here parses, and no parser's type is here. A `Case` is one value that may arrive; where several may, each has a guard,
and `Request.together` says whether two cases can meet in one execution.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from sigmalint.analysis.guards import FALSE, TRUE, Guard, Guards
from sigmalint.finding import Related
from sigmalint.sdk import MISSION, Access, Call, Parameter, Product, Role, known_keys, known_services
from sigmalint.settings import Settings
from sigmalint.sources.json_text import Problem
from sigmalint.sources.manifest import Connection, Manifest, schema_problems
from sigmalint.sources.page import MarkupPage, ScriptElement
from sigmalint.sources.script import Code, CodeKind
from sigmalint.sources.text import Span
from sigmalint.spelling import nearest

if TYPE_CHECKING:
    from sigmalint.credentials.candidate import Credential
    from sigmalint.credentials.finder import Material
    from sigmalint.sources.syntax_errors import SyntaxProblem


class Undefined:
    """JavaScript's `undefined`."""

    def __repr__(self) -> str:
        return "undefined"


@dataclass(frozen=True, slots=True)
class Constant:
    """A primitive that is known: a string, number, boolean, None for `null`, or `Undefined`."""

    value: "str | float | bool | Undefined | None"


@dataclass(frozen=True, slots=True)
class PartialText:
    """A string of which a part is unknown: its pieces in order, None for an unknown one; `filled`: it is sure not empty."""

    pieces: tuple[str | None, ...]
    filled: bool

    @property
    def prefix(self) -> str:
        """What the string is sure to begin with."""
        return (self.pieces[0] or "") if self.pieces else ""


@dataclass(frozen=True, slots=True)
class ObjectValue:
    """An object: its properties in order, each with its possible values, and the spans of their keys.

    `open`: there may be more than these. `brace` is where a property that is missing would be added.
    """

    properties: Mapping[str, "tuple[Case, ...]"]
    keys: Mapping[str, Span]
    open: bool
    brace: Span


@dataclass(frozen=True, slots=True)
class ArrayValue:
    """An array; `items` is None when its elements are not known one by one."""

    items: "tuple[tuple[Case, ...], ...] | None"


@dataclass(frozen=True, slots=True)
class Instance:
    """An object made by `new`: `class_name` is the global class (`FormData`), None for one that is not known."""

    class_name: str | None


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise, which nobody awaited."""


@dataclass(frozen=True, slots=True)
class Undeclared:
    """A global name that nothing in the program defines."""

    name: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known, and why, in words; `kind` is its type where that is sure."""

    reason: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Absent:
    """No value at all: the object has no such property, the call no such argument."""


What = Constant | PartialText | ObjectValue | ArrayValue | Instance | FunctionValue | Promise | Undeclared | Unknown | Absent


@dataclass(frozen=True, slots=True)
class Case:
    """One value that may arrive at a place.

    `span` is the expression that writes it, `way` the places it passes from there on, in order. `definite`: it arrives on
    every path; `certain`: that it arrives does not hang on what the code does not decide (whether a loop runs at all, which
    event comes first); `when` names the branch that is needed, empty for none ("when `hard` is true").
    """

    what: What
    span: Span
    way: tuple[Related, ...]
    guard: Guard
    definite: bool
    certain: bool
    when: str

    @property
    def text(self) -> str | None:
        """The string that it is, None for anything else."""
        return self.what.value if isinstance(self.what, Constant) and isinstance(self.what.value, str) else None

    @property
    def shown(self) -> str:
        """The string that it is, unknown parts as `…`, cut to what a message can hold."""
        pieces = self.what.pieces if isinstance(self.what, PartialText) else (self.text,)
        text = "".join("…" if piece is None else piece for piece in pieces)
        return text if len(text) <= 80 else text[:79] + "…"

    def said(self, message: str) -> str:
        """A message about the case, with the branch that it needs."""
        return f"{message}, {self.when}" if self.when else message

    @property
    def empty(self) -> bool:
        """Whether it counts as missing: absent, `undefined`, `null` or an empty string."""
        if isinstance(self.what, Absent):
            return True
        return isinstance(self.what, Constant) and (self.what.value in (None, "") or isinstance(self.what.value, Undefined))

    @property
    def unknown(self) -> bool:
        """Whether nothing can be said of it, not even a beginning."""
        return isinstance(self.what, (Unknown, Undeclared))


@dataclass(frozen=True, eq=False)
class Request:
    """One way in which a call of the SDK is reached, with what it sends then.

    `call` is the whole call, `callee` the expression that names the function. `arguments` are the possible values of each
    argument; `more`: there may be others behind them.
    """

    product: Product
    form: Call
    call: Span
    callee: Span
    arguments: tuple[tuple[Case, ...], ...]
    more: bool
    way: tuple[Related, ...]
    condition: Guard
    guards: Guards = field(repr=False)
    dropped: bool = False
    """Whether a rejection of the call's promise can be handled nowhere."""
    _known: "dict[str, tuple[Case, ...]]" = field(default_factory=dict, repr=False)
    """The options that were asked for already."""
    _roles: dict[Role, tuple[Case, ...]] = field(default_factory=dict, repr=False)
    """The roles that were."""

    @cached_property
    def options(self) -> tuple[Case, ...]:
        """The possible values of the options object."""
        found = self.argument(self.form.options_argument)
        name = self.form.options_property
        if name is None:
            return found
        inner: list[Case] = []
        for outer in found:
            if isinstance(outer.what, ObjectValue):
                cases = outer.what.properties.get(name, ())
                inner += [joined for case in cases if (joined := self._joined(outer, case)) is not None]
            else:
                inner.append(outer)
        return tuple(inner)

    def argument(self, index: int) -> tuple[Case, ...]:
        """The possible values of the argument at a 0-based index; empty when the call has none there."""
        return self.arguments[index] if index < len(self.arguments) else ()

    def option(self, name: str) -> tuple[Case, ...]:
        """The possible values of an option of the options object, Absent among them."""
        if name not in self._known:
            self._known[name] = tuple(self._option(name))
        return self._known[name]

    def _option(self, name: str) -> list[Case]:
        cases: list[Case] = []
        for options in self.options:
            if not isinstance(options.what, ObjectValue):
                continue
            found = options.what.properties.get(name, (self._absent(options),))
            cases += [joined for case in found if (joined := self._joined(options, case)) is not None]
        return cases

    def role(self, role: Role) -> tuple[Case, ...]:
        """The possible values of what plays a role in the request, whatever the product calls it; empty if nothing can."""
        if role not in self._roles:
            access = self.form.roles.get(role)
            self._roles[role] = () if access is None else self.access(access)
        return self._roles[role]

    def access(self, access: Access) -> tuple[Case, ...]:
        """The possible values of an option or argument."""
        if access.option is not None:
            return self.option(access.option)
        cases = self.argument(access.argument)
        if not cases and not self.more:
            return (Case(Absent(), self.callee, (), TRUE, definite=True, certain=True, when=""),)
        return cases

    def requires(self, role: Role) -> bool:
        """Whether the vendor's pages ask for a role, as the request is: another option may stand for it."""
        if not self.form.requires(role):
            return False
        option = self.form.option(self.option_of(role) or "")
        others = () if option is None else option.unless
        return all(isinstance(case.what, Absent) for other in others for case in self.option(other))

    def missing(self, role: Role) -> Iterator[Case]:
        """The cases in which a role is certainly missing: absent, `undefined`, `null` or empty."""
        return (case for case in self.role(role) if case.empty and case.certain)

    def unknown(self, role: Role) -> Iterator[str]:
        """Why it is not known what plays a role, if it is not: a reason for each case that is unknown."""
        for case in self.options:
            if not isinstance(case.what, ObjectValue) and self.form.roles[role].option is not None:
                yield case.what.reason if isinstance(case.what, Unknown) else "the options are no object literal"
        for case in self.role(role):
            if isinstance(case.what, Unknown):
                yield case.what.reason
        if not self.options and self.more:
            yield "the arguments are a spread of an unknown array"

    def open_ends(self) -> Iterator[tuple[str, str]]:
        """What is not known of connection, method and address: what the product calls each, and why, for each case."""
        for role in MISSION:
            if role in self.form.roles:
                for reason in self.unknown(role):
                    yield self.label(role), reason

    def option_of(self, role: Role) -> str | None:
        """The option that plays a role, None where an argument does, or nothing."""
        access = self.form.roles.get(role)
        return None if access is None else access.option

    def label(self, role: Role) -> str:
        """What the product calls a role: the option's name, or the argument's number."""
        access = self.form.roles[role]
        return access.option or f"argument {access.argument + 1}"

    def together(self, *cases: Case) -> bool:
        """Whether the cases can meet in one execution that reaches the call."""
        return self._meet(*cases) is not FALSE

    def related(self, case: Case) -> tuple[Related, ...]:
        """The way of a value from where it is written to the call of the SDK."""
        steps = [*case.way, *self.way]
        steps.append(Related(self.callee, f"reaches {self.name} here"))
        seen = {case.span}
        return tuple(step._replace(step=True) for step in steps if not (step.span in seen or seen.add(step.span)))  # type: ignore[func-returns-value]

    @cached_property
    def written(self) -> list[tuple[Parameter, Case]]:
        """Every documented option that the options object has, with each of its possible values."""
        given = {name for one in self.options if isinstance(one.what, ObjectValue) for name in one.what.properties}
        return [(option, case) for option in self.form.options if option.name in given for case in self.option(option.name)]

    @cached_property
    def misspelt(self) -> dict[str, str]:
        """The unknown options that stand for a documented one which is not there: the written name and the meant one."""
        found: dict[str, str] = {}
        known = [option.name for option in self.form.options]
        synonyms = {synonym.lower(): name for synonym, name in self.form.synonyms.items()}
        for options in self.options:
            if not isinstance(options.what, ObjectValue):
                continue
            for written in options.what.properties:
                if written in known:
                    continue
                meant = synonyms.get(written.lower()) or (nearest(written, known) if len(written) > 2 else None)
                if meant is not None and meant not in options.what.properties and meant not in found.values():
                    found[written] = meant
        return found

    def step(self, case: Case, message: str) -> tuple[Related, ...]:
        """The place of another value that has to do with a finding."""
        return () if isinstance(case.what, Absent) else (Related(case.span, message),)

    @property
    def name(self) -> str:
        """The call's documented name."""
        return f"{self.product.namespace}.{self.form.path}"

    def _absent(self, options: Case) -> Case:
        """An option that is not there, reported at the opening brace of the object that lacks it."""
        assert isinstance(options.what, ObjectValue)
        if options.what.open:
            return Case(
                Unknown("the options object may have it", None), options.span, (), TRUE, definite=True, certain=True, when=""
            )
        return Case(Absent(), options.what.brace, options.way, TRUE, definite=True, certain=True, when="")

    def _meet(self, *cases: Case) -> Guard:
        guard = self.condition
        for case in cases:
            guard = self.guards.both(guard, case.guard)
        return guard

    def _joined(self, options: Case, case: Case) -> Case | None:
        if options.guard is TRUE:
            return case
        if self._meet(options, case) is FALSE:
            return None
        guard = self.guards.both(options.guard, case.guard)
        return Case(
            case.what,
            case.span,
            case.way,
            guard,
            definite=False,
            certain=options.certain and case.certain,
            when=case.when or options.when,
        )


@dataclass(frozen=True, slots=True, eq=False)
class SdkCall:
    """A call of anything of an SDK, requests and `init` among them, as the analysis reached it.

    `path` is its name from the global object on (`SigmaSDK.WRITER.showMessage`), `callee` the expression that names it.
    `loading`: it runs while the page loads; `certain`: on every path there. `more`: there may be other arguments.
    """

    path: str
    callee: Span
    arguments: tuple[tuple[Case, ...], ...]
    more: bool
    way: tuple[Related, ...]
    loading: bool
    certain: bool


@dataclass(frozen=True, slots=True, eq=False)
class LoadedScript:
    """A script element of a page and what it brings: `code` is None for a script from elsewhere and for one not found."""

    element: ScriptElement
    code: Code | None

    @property
    def waits(self) -> bool:
        """Whether it runs only when the page was read, or at an unknown time."""
        return self.element.module or (self.element.src is not None and (self.element.defer or self.element.is_async))


@dataclass(frozen=True, eq=False)
class PageProgram:
    """What a page runs: its script elements in order, all code of them and of what they import, the calls of an SDK.

    `whole`: every script is at hand, none loads others, and all were understood to their end. `source`: a build tool makes
    the page that runs from this one.
    """

    page: MarkupPage
    scripts: tuple[LoadedScript, ...]
    codes: tuple[Code, ...]
    calls: tuple[SdkCall, ...]
    whole: bool
    source: bool

    @cached_property
    def global_names(self) -> frozenset[str]:
        """The names that its scripts may give to the global object."""
        from sigmalint.analysis.names import global_names

        return frozenset(name for code in self.codes for name in global_names(code))

    @cached_property
    def module_names(self) -> frozenset[str]:
        """The names that its modules declare for themselves."""
        from sigmalint.analysis.names import declared_names

        return frozenset(name for code in self.codes if code.kind is CodeKind.MODULE for name in declared_names(code))


@dataclass(frozen=True, slots=True)
class MissingFile:
    """An address, at `span`, of a script or module that is not in the extension; `near` is a file of another case."""

    span: Span
    address: str
    near: str | None


class Connections:
    """The connections that a manifest declares. `complete`: its declarations could be read whole."""

    def __init__(self, declared: tuple[Connection, ...], *, complete: bool) -> None:
        self.declared = declared
        self.complete = complete
        self._names = {connection.link_name for connection in declared}

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[Connection]:
        return iter(self.declared)

    @staticmethod
    def accepts(link_name: str) -> bool:
        """Whether a connection can have this link name: Sigma makes none that is empty or has white space in it."""
        return bool(link_name) and not any(character.isspace() for character in link_name)

    def nearest(self, name: str) -> Connection | None:
        """The declared connection whose name is a likely spelling of `name`, None where none or several are."""
        found = nearest(name, self._names)
        return next((connection for connection in self.declared if connection.link_name == found), None)

    @property
    def listed(self) -> str | None:
        """What the manifest declares, in words that fit a hint; None where it declares nothing, or too much to list."""
        names = [f'"{name}"' for name in sorted(self._names) if name]
        return f"the manifest declares {', '.join(names)}" if 0 < len(names) < 4 else None

    def displayed(self, name: str) -> Connection | None:
        """The connection whose display name it is."""
        return next((connection for connection in self.declared if connection.display_name == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Script:
    """A piece of code of the extension: a file, an inline script, a handler. `page` is the page it stands in, if any.

    `vendored`: minified, or a library that others wrote; `templated`: a template language writes a part of it; `judge` finds
    the first syntax error of code.
    """

    code: Code
    page: MarkupPage | None
    vendored: bool
    templated: bool
    judge: "Callable[[Code], SyntaxProblem | None]"

    @property
    def is_checked(self) -> bool:
        """Whether the code is checked for syntax errors."""
        return not (self.vendored or self.templated)

    @property
    def syntax_problem(self) -> "SyntaxProblem | None":
        """Where and why the code does not parse; None where it does, and for code that is not checked."""
        return self.judge(self.code) if self.is_checked else None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read or decoded; `span` is the first bad place, where the rest could be read."""

    span: Span
    reason: str


@dataclass(eq=False)
class Extension:
    """One extension, read and analysed."""

    folder: str
    settings: Settings
    manifest: Manifest | None
    pages: list[MarkupPage]
    scripts: list[Script]
    requests: list[Request]
    unreadable: list[Unreadable]
    products: tuple[Product, ...]
    exists: Callable[[str], bool]
    mention: Callable[[], Span | None]
    """The first place where a file names an SDK."""
    manifest_exists: bool = True
    """Whether there is a manifest, readable or not."""
    unfinished: list[Span] = field(default_factory=list)
    """Where code takes too long to follow: what it sends is not known."""
    whole: bool = False
    """Whether every script of every page is at hand and was understood to its end."""
    programs: list[PageProgram] = field(default_factory=list)
    loose_calls: list[SdkCall] = field(default_factory=list)
    """The calls of an SDK in scripts that no page loads."""
    missing_scripts: list[MissingFile] = field(default_factory=list)
    base: str = ""
    """The folder that `/`-rooted addresses of the manifest start from."""
    built: bool = False
    """Whether a build tool makes what is packed, so that a file which is not there may yet come."""
    packed: Callable[[], Iterable[tuple[str, int]]] = tuple
    """The files below `app/`, each with its size in bytes."""
    material: "Callable[[], Material] | None" = None
    """All that is searched for credentials."""
    _products_of: dict[str, Product | None] = field(default_factory=dict)
    """The products of calls, by the call's name."""

    @cached_property
    def manifest_problems(self) -> tuple[Problem, ...]:
        """Where the manifest breaks its schema, as far as no rule says it better."""
        return () if self.manifest is None else schema_problems(self.manifest)

    @cached_property
    def _all_credentials(self) -> "list[Credential]":
        from sigmalint.credentials.finder import find

        return [] if self.material is None else find(self.material(), self.requests)

    @property
    def credentials(self) -> "list[Credential]":
        """The credentials in the sources, by file and place, less those that the configuration allows."""
        allowed = self.settings.secret_allowed
        return [found for found in self._all_credentials if not allowed(found.fingerprint, found.span.file.path, found.name)]

    @property
    def found_credentials(self) -> "list[Credential]":
        """The credentials that were looked for, allowed ones too; none where no rule asked for them."""
        found: list[Credential] = self.__dict__.get("_all_credentials", [])
        return found

    def product_of(self, call: SdkCall) -> Product | None:
        """The product whose SDK a call is of: that with the longest namespace which the call's name begins with."""
        if call.path not in self._products_of:
            found = [one for one in self.products if f"{call.path}.".startswith(one.namespace + ".")]
            self._products_of[call.path] = max(found, key=lambda product: len(product.namespace), default=None)
        return self._products_of[call.path]

    def is_global(self, name: str) -> bool:
        """Whether browsers, or the configuration, define a global name."""
        from sigmalint.analysis.browser import browser_globals

        return name in browser_globals() or name in self.settings.globals

    def problems_for(self, code: str) -> tuple[Problem, ...]:
        """Where the manifest breaks its schema in what the schema leaves to the rule of this code."""
        return () if self.manifest is None else schema_problems(self.manifest, code)

    @property
    def known_services(self) -> tuple[str, ...]:
        """The values of the manifest's `service` that the vendor's pages and tools know."""
        return known_services()

    def known_keys(self, *path: str | int) -> frozenset[str]:
        """The keys that a manifest's object at a path (`"modules", "widgets", 0`) may have, of all products."""
        return known_keys(path)

    @property
    def own_products(self) -> tuple[Product, ...]:
        """The products of the manifest's service; none for a service without a table, and without a manifest."""
        service = None if self.manifest is None or self.manifest.service is None else self.manifest.service.text
        return tuple(product for product in self.products if service in product.manifest.services)

    @property
    def speaks_its_service(self) -> bool:
        """Whether requests of the manifest's product are known at all, so that one who makes none makes none."""
        own = self.own_products
        return bool(own) and all(product.calls for product in own)

    @cached_property
    def connections(self) -> Connections:
        """The declared connections; none, and incomplete, without a manifest."""
        if self.manifest is None:
            return Connections((), complete=False)
        return Connections(self.manifest.connections, complete=self.manifest.complete)
