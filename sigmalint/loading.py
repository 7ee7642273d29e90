"""From files to the model: reads the sources of one extension, works out its programs, and runs the analysis on them."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from sigmalint.layout import is_built
from sigmalint.memory import Memory
from sigmalint.model import Extension, LoadedScript, MissingFile, PageProgram, Request, Script, SdkCall, Unreadable
from sigmalint.result import Files, Skipped
from sigmalint.sdk import all_mentions, load_products
from sigmalint.settings import Settings
from sigmalint.sources.manifest import Manifest, read_manifest
from sigmalint.sources.page import MarkupPage, ScriptElement, read_component, read_page
from sigmalint.sources.places import matched
from sigmalint.sources.script import COMPONENTS, LANGUAGES, Code, CodeKind
from sigmalint.sources.text import SourceFile, Span

if TYPE_CHECKING:
    from sigmalint.credentials.finder import Material
    from sigmalint.sources.syntax_errors import SyntaxProblem

PAGES = (".html", ".htm", ".xhtml")
_VENDOR_FOLDERS = frozenset(
    ("vendor", "vendors", "third_party", "third-party", "thirdparty", "bower_components", "node_modules")
)
_VENDOR_BANNER = re.compile(
    r"""\A\s*/[/*]!|@license\b|@preserve\b|\bdefine\.amd\b|\btypeof\s+exports\s*===?\s*["']object["']"""
)
"""How a library begins: with a banner that minifiers keep, or with what lets every module system load it."""
_VENDOR_NAME = re.compile(r"[.-]min\.[cm]?js\Z|\.bundle\.js\Z|\Ajquery[-.\w]*\.js\Z", re.IGNORECASE)
_IMPORT = re.compile(r"""(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\()\s*["']([^"'\n]+)["']""")
_MODULE = re.compile(r"^\s*(?:import\b(?!\s*\()|export\b)|\bmodule\.exports\b|^\s*exports\.", re.MULTILINE)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{1,40})""", re.IGNORECASE)


_LOADS = re.compile(
    r"""(createElement\s*\(\s*["'`]script|document\s*\.\s*write|\bgetScript\b|\bimportScripts\b|\bimport\s*\(|\brequire(?:js)?\s*\()"""
)
"""What may bring in further scripts."""
_PLACEHOLDER = re.compile(r"\{\{|\$\{|<%|%\w+%|\{%")


class Loader:
    """Reads one extension. `skipped` are the files that were read for less than everything, and why.

    `memory` has what an earlier run made of the files, where there was one.
    """

    def __init__(self, files: Files, settings: Settings, memory: Memory | None = None) -> None:
        self._memory = memory or Memory()
        self._files = files
        self._settings = settings
        self._products = load_products()
        self._roots = tuple(dict.fromkeys(name for product in self._products for name in (product.root, *product.clients)))
        calls = {call.path.rpartition(".")[2] for product in self._products for call in product.calls}
        self._calls = re.compile(rf"\b(?:{'|'.join(sorted(calls))})\b")
        self._codes: dict[tuple[str, CodeKind], Code | None] = {}
        self._texts: dict[str, SourceFile | None] = {}
        self._vendored: dict[Code, bool] = {}
        self._unreadable: list[Unreadable] = []
        self._unfinished: list[Span] = []
        self._sdk_calls: list[SdkCall] = []
        self._inline: tuple[Script, ...] = ()
        self.skipped: list[Skipped] = []
        self.read: list[str] = []

    def load(self) -> Extension:
        """The extension, read and analysed."""
        self._memory.begin()
        self._memory.extension = None
        manifest = self._manifest()
        built = is_built(self._files)
        pages = [page for path in self._files.sources if path.lower().endswith(PAGES) if (page := self._page(path))]
        judge = self._memory.syntax_problem
        scripts = [script for page in pages for script in _page_scripts(page, judge)]
        self._inline = tuple(scripts)
        programs = [self._page_program(page) for page in pages]
        loaded = {code.file.path for codes, _, _ in programs for code in codes}
        alone = self._alone(loaded)
        files = {code.file.path: code for codes, _, _ in (*programs, *alone) for code in codes if _is_file(code)}
        scripts += [Script(code, None, self._is_vendored(code), False, judge) for code in files.values()]
        requests: list[Request] = []
        seen: list[PageProgram] = []
        loose: list[SdkCall] = []
        for index, program in enumerate((*programs, *alone)):
            first, unfinished = len(self._sdk_calls), len(self._unfinished)
            requests += self._run(index, *program)
            if index < len(pages):
                finished = len(self._unfinished) == unfinished
                seen.append(self._page_view(pages[index], program, self._sdk_calls[first:], finished=finished))
            else:
                loose += self._sdk_calls[first:]
        self._memory.extension = Extension(
            self._files.folder,
            self._settings,
            manifest,
            pages,
            scripts,
            requests,
            self._unreadable,
            self._products,
            self._files.exists,
            self._mention,
            self._files.manifest is not None,
            material=self._material,
            programs=seen,
            loose_calls=loose,
            missing_scripts=[] if built else list(self._missing(pages, seen)),
            base=self._files.base,
            built=built,
            packed=self._files.packed,
            unfinished=self._unfinished,
            whole=not (self._unreadable or self._unfinished) and all(ids is not None for _, _, ids in programs),
        )
        return self._memory.extension

    @property
    def codes(self) -> Iterator[Code]:
        """Every piece of code that was read, each once: those of pages, then the files."""
        for script in self._inline:
            yield script.code
        yield from {code.file.path: code for code in self._codes.values() if code is not None}.values()

    def _material(self) -> "Material":
        from sigmalint.credentials.finder import Material

        scripts = [(script.code, script.vendored) for script in self._inline]
        files = {code.file.path: code for code in self._codes.values() if code is not None}
        scripts += [(code, self._is_vendored(code)) for _, code in sorted(files.items())]
        sources = [path for path in self._files.sources if not _is_script(path)]
        texts = [self._source(path) for path in sources]
        return Material(
            scripts=scripts,
            pages=[file for file in texts if file is not None and file.path.lower().endswith(PAGES)],
            data=[file for file in texts if file is not None and file.path.lower().endswith(".json")],
            texts=[file for path in self._files.texts if (file := self._source(path)) is not None],
            remember=self._memory.get,
        )

    # --- files -----------------------------------------------------------------------------------------------------------

    def _source(self, path: str) -> SourceFile | None:
        if path not in self._texts:
            self._texts[path] = self._decode(path)
        return self._texts[path]

    def _decode(self, path: str) -> SourceFile | None:
        try:
            file = self._memory.file(path, lambda: self._read(path))
        except OSError as error:
            self._unreadable.append(Unreadable(SourceFile(path, "").span(0, 0), error.strerror or "it cannot be read"))
            return None
        self.read.append(path)
        if "\0" in file.text[:4096]:
            self._unreadable.append(Unreadable(file.span(0, 0), "it is no text"))
            return None
        if file.invalid_at is not None:
            place = file.span(file.invalid_at, file.invalid_at + 1)
            self._unreadable.append(Unreadable(place, "it is not valid UTF-8 from here on"))
        return file

    def _read(self, path: str) -> SourceFile:
        data = self._files.read(path)
        charset = _CHARSET.search(data[:2048]) if path.lower().endswith(PAGES) else None
        return SourceFile.decode(path, data, fallback=charset.group(1).decode() if charset else None)

    def _manifest(self) -> Manifest | None:
        if self._files.manifest is None:
            return None
        file = self._source(self._files.manifest)
        return (
            None
            if file is None
            else self._memory.get(("manifest", file.path, file.state), lambda: read_manifest(file, self._products))
        )

    def _page(self, path: str) -> MarkupPage | None:
        file = self._source(path)
        return None if file is None else self._memory.page(file, read_page)

    def _code(self, path: str, kind: CodeKind) -> Code | None:
        """The code of a script file; None where it cannot be read."""
        key = (path, kind)
        if key not in self._codes:
            file = self._source(path)
            self._codes[key] = None if file is None else self._memory.code(file, lambda: _read_code(file, kind))
        return self._codes[key]

    def _is_vendored(self, code: Code) -> bool:
        """Whether others wrote the script: minified, a library by its name, folder or banner."""
        if code not in self._vendored:
            self._vendored[code] = self._judge_vendored(code)
        return self._vendored[code]

    def _judge_vendored(self, code: Code) -> bool:
        path = code.file.path.removeprefix(self._files.folder).lstrip("/")
        folders = path.lower().split("/")
        reason = None
        if not self._settings.trusted:
            reason = "minified" if self._is_minified(code) else None
        elif not _VENDOR_FOLDERS.isdisjoint(folders[:-1]) or _VENDOR_NAME.search(folders[-1]):
            reason = "a library"
        elif self._is_minified(code):
            reason = "minified"
        elif _VENDOR_BANNER.search(code.text[:2_000]) and not self._names_sdk(code):
            reason = "a library"
        if reason is not None:
            self.skipped.append(Skipped(code.file.path, f"{reason}: read for requests and known credentials only"))
        return reason is not None

    def _is_minified(self, code: Code) -> bool:
        return self._memory.get(("minified", code.text), lambda: is_minified(code.text))

    def _names_sdk(self, code: Code) -> bool:
        return self._memory.get(("names an SDK", code.text), lambda: any(root in code.text for root in self._roots))

    def _names_call(self, code: Code) -> bool:
        return self._memory.get(("names a call", code.text), lambda: self._calls.search(code.text) is not None)

    def _mention(self) -> Span | None:
        for file in self._texts.values():
            if file is not None and not file.path.endswith(".json"):
                for name in all_mentions():
                    start = file.text.find(name)
                    if start >= 0:
                        return file.span(start, start + len(name))
        return None

    # --- programs --------------------------------------------------------------------------------------------------------

    def _page_program(self, page: MarkupPage) -> "_Program":
        """The scripts of a page in the order in which they run, its handlers, and whether all of them are at hand."""
        now: list[Code] = []
        later: list[Code] = []
        closed = not page.templated
        for element in page.scripts:
            kind = CodeKind.MODULE if element.module else CodeKind.SCRIPT
            code = element.code
            if element.src is not None:
                path = self._address(element.src, page)
                code = None if path is None else self._code(path, kind)
                closed &= code is not None or self._is_sdk(element.src)
            if code is None:
                continue
            waits = element.module or (element.src is not None and (element.defer or element.is_async))
            (later if waits else now).append(code)
        codes = [*now, *later]
        closed &= not any(script.templated for script in page.scripts)
        return codes, [handler.code for handler in page.handlers], (page.ids if closed else None)

    def _page_view(self, page: MarkupPage, program: "_Program", calls: list[SdkCall], *, finished: bool) -> PageProgram:
        """What rules see of a page's program."""
        codes, handlers, ids = program
        everything = self._with_imports(codes)
        scripts = tuple(LoadedScript(element, self._code_of(element, page)) for element in page.scripts)
        imports = [address for code in everything for address, _ in self._addresses(code)]
        source = any(not address.startswith((".", "/")) for address in imports) or any(
            code.language != "javascript" or not code.file.path.endswith((*PAGES, ".js", ".mjs", ".cjs")) for code in everything
        )
        whole = ids is not None and finished and not source
        whole = whole and not any(matched(code, _LOADS) for code in (*everything, *handlers))
        whole = whole and not any(self._may_matter(code) and code.is_torn for code in everything)
        return PageProgram(page, scripts, tuple(everything), tuple(calls), whole, source)

    def _code_of(self, element: ScriptElement, page: MarkupPage) -> Code | None:
        """The code that a script element runs; None for one from elsewhere, or that is not there."""
        if element.src is None:
            return element.code
        path = self._address(element.src, page)
        return None if path is None else self._code(path, CodeKind.MODULE if element.module else CodeKind.SCRIPT)

    def _addresses(self, code: Code) -> list[tuple[str, Span]]:
        """What a module imports, with the places."""
        if code.kind is not CodeKind.MODULE or not matched(code, _IMPORT):
            return []
        from sigmalint.analysis.names import imports

        return list(imports(code))

    def _missing(self, pages: list[MarkupPage], programs: list[PageProgram]) -> Iterator[MissingFile]:
        """Scripts of pages, and modules that these import, which the extension does not have."""
        for page in pages:
            for element in page.scripts:
                if element.src and element.src_span and not page.templated and self._address(element.src, page) is None:
                    yield from self._not_found(element.src, element.src_span, posixpath.dirname(page.file.path))
        for code in dict.fromkeys(code for program in programs if not program.source for code in program.codes):
            for address, span in self._addresses(code):
                folder = posixpath.dirname(code.file.path)
                if address.startswith((".", "/")) and self._find(address.partition("?")[0], folder, ("",)) is None:
                    yield from self._not_found(address, span, folder)

    def _not_found(self, address: str, span: Span, folder: str) -> Iterator[MissingFile]:
        try:
            parts = urlsplit(address)
        except ValueError:
            return
        if parts.scheme or parts.netloc or not parts.path or _PLACEHOLDER.search(address):
            return
        path = unquote(parts.path)
        start = self._files.base if path.startswith("/") else folder
        wanted = posixpath.normpath(posixpath.join(start, path.lstrip("/"))).lower()
        near = next((source for source in self._files.sources if source.lower() == wanted), None)
        yield MissingFile(span, address, near)

    def _is_sdk(self, src: str) -> bool:
        name = posixpath.basename(urlsplit(src).path)
        return name != "" and any(name == product.script.file for product in self._products)

    def _address(self, address: str, page: MarkupPage) -> str | None:
        """The file of the extension that an address on a page means; None for one elsewhere, or that is not there."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not parts.path:
            return None
        path = unquote(parts.path)
        folder = posixpath.dirname(page.file.path)
        if page.base_href and not urlsplit(page.base_href).netloc:
            folder = posixpath.normpath(posixpath.join(folder, posixpath.dirname(page.base_href)))
        return self._find(path, folder, ("",))

    def _find(self, path: str, folder: str, endings: Sequence[str]) -> str | None:
        """A file by a path: relative to a folder, or from the extension's top (and its `public/`)."""
        if path.startswith("/"):
            tops = dict.fromkeys((self._files.base, posixpath.join(self._files.base, "public"), self._files.folder))
            starts = [posixpath.join(top, path.lstrip("/")) for top in tops]
        else:
            starts = [posixpath.join(folder, path)]
        for start in starts:
            for ending in endings:
                found = posixpath.normpath(start + ending)
                if not found.startswith("..") and self._files.exists(found) and found != ".":
                    return found
        return None

    def _import(self, address: str, path: str) -> Code | None:
        """The module that a file imports by an address; None for packages and what is not there."""
        address = address.partition("?")[0]
        if address.startswith(("@/", "~/")):
            address = "/src/" + address[2:]
        if not address.startswith((".", "/")):
            return None
        endings = ["", *LANGUAGES, *COMPONENTS, *(f"/index{suffix}" for suffix in LANGUAGES)]
        found = self._find(address, posixpath.dirname(path), endings)
        if found is None and address.endswith(".js"):
            found = self._find(address[:-3], posixpath.dirname(path), (".ts", ".tsx", ".jsx"))
        if found is None or not _is_script(found):
            return None
        return self._code(found, CodeKind.MODULE)

    def _alone(self, loaded: set[str]) -> list["_Program"]:
        """The scripts that no page loads, each with what it imports; those that another imports come with that one."""
        reached = set(loaded)
        for path in loaded:
            code = self._codes.get((path, CodeKind.MODULE)) or self._codes.get((path, CodeKind.SCRIPT))
            if code is not None:
                reached |= {other.file.path for other in self._with_imports([code])}
        rest = [path for path in self._files.sources if _is_script(path) and path not in reached]
        codes = [code for path in rest if (code := self._code(path, self._kind(path))) is not None]
        imported = {other.file.path for code in codes for other in self._imports(code) if other.file.path != code.file.path}
        entries = [code for code in codes if code.file.path not in imported]
        covered = {other.file.path for entry in entries for other in self._with_imports([entry])}
        entries += [code for code in codes if code.file.path not in covered]
        return [([entry], [], None) for entry in entries]

    def _kind(self, path: str) -> CodeKind:
        file = self._source(path)
        module = path.endswith((".mjs", ".ts", ".tsx", *COMPONENTS))
        module = module or (file is not None and _MODULE.search(file.text) is not None)
        return CodeKind.MODULE if module else CodeKind.SCRIPT

    def _imports(self, code: Code) -> list[Code]:
        addresses = dict.fromkeys(place.span.text for place in matched(code, _IMPORT))
        return [other for address in addresses if (other := self._import(address, code.file.path)) is not None]

    def _with_imports(self, codes: Iterable[Code]) -> list[Code]:
        """The codes and all that they import, directly or not."""
        found: dict[Code, None] = {}
        stack = list(codes)
        while stack:
            code = stack.pop()
            if code not in found:
                found[code] = None
                stack += self._imports(code)
        return list(found)

    def _run(self, number: int, codes: list[Code], handlers: list[Code], ids: frozenset[str] | None) -> list[Request]:
        """The requests of one program (they are numbered); its syntax is not looked at if the SDK's name is nowhere in it."""
        everything = self._with_imports(codes)
        relevant = [code for code in (*everything, *handlers) if self._may_matter(code)]
        if not any(map(self._names_sdk, relevant)):
            return []
        from sigmalint.analysis.program import NODE_GLOBALS, Environment
        from sigmalint.reuse import Analysed, Parts
        from sigmalint.sources.lowering import lower

        names = self._settings.globals | (NODE_GLOBALS if ids is None else ids)
        closed = not any(code.file.path.lower().endswith(COMPONENTS) for code in everything) and (
            ids is not None or (len(codes) == 1 and codes[0].kind is CodeKind.MODULE and not handlers)
        )
        whole = [*everything, *handlers]
        facts = (names, closed, [whole.index(code) for code in codes], len(handlers), [code in relevant for code in whole])
        environment = Environment(products=self._products, load=self._import, lower=lower, globals=names, closed=closed)
        parts = Parts([code for code in codes if self._may_matter(code)], handlers, whole, relevant)
        analysed = self._memory.programs.pop(number, None)  # one that crashes is not used again
        if analysed is not None and not analysed.follows(parts, facts, environment):
            self._memory.has_replaced, analysed = True, None
        if analysed is None:
            analysed = Analysed.now(parts, facts, self._roots, environment)
        self._memory.programs[number] = analysed
        found = analysed.found
        self._unfinished += found.unfinished
        self._sdk_calls += found.sdk_calls
        return found.requests

    def _may_matter(self, code: Code) -> bool:
        """A library or bundle matters only if it names the SDK and one of its calls."""
        if not (_is_file(code) and self._is_vendored(code)):
            return True
        return self._names_sdk(code) and self._names_call(code)


_Program = tuple[list[Code], list[Code], frozenset[str] | None]


def _page_scripts(page: MarkupPage, judge: Callable[[Code], "SyntaxProblem | None"]) -> Iterator[Script]:
    for unit in page.units:
        if isinstance(unit, ScriptElement):
            if unit.code is not None:
                yield Script(unit.code, page, is_minified(unit.code.text), unit.templated, judge)
        else:
            yield Script(unit.code, page, False, unit.templated, judge)


def _is_script(path: str) -> bool:
    """Whether a file holds scripts and nothing else that runs: its suffix says so."""
    suffix = posixpath.splitext(path)[1].lower()
    return suffix in LANGUAGES or suffix in COMPONENTS


def _read_code(file: SourceFile, kind: CodeKind) -> Code:
    suffix = posixpath.splitext(file.path)[1].lower()
    return read_component(file) if suffix in COMPONENTS else Code(file, file.text, kind, LANGUAGES.get(suffix, "javascript"))


def _is_file(code: Code) -> bool:
    return code.text is code.file.text


def is_minified(text: str) -> bool:
    """Whether a tool has written the code for size: few and long lines."""
    if len(text) < 2_000:
        return False
    lines = text.count("\n") + 1
    return len(text) / lines > 300 or (len(text) > 20_000 and max(map(len, text.splitlines())) > len(text) // 2)
