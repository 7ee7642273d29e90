"""Configuration: its files, what they may say, and what it comes to for one path.

What is said is kept in layers, the weakest first: the file that `extend` names, the file itself, its `overrides` for a
path, the command line. In each layer the closest selector decides (`SIG201` over `SIG2`; `ignore` where both are as close);
a layer with `select` starts afresh. Of other keys the strongest layer's value counts; tables are merged key by key.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from sigmalint.errors import UserError
from sigmalint.patterns import Patterns
from sigmalint.registry import LoadedRule, nearest_selector, specificity
from sigmalint.rule import Level
from sigmalint.settings import Settings
from sigmalint.sources.text import SourceFile
from sigmalint.spelling import nearest

FILES = ("sigmalint.toml", "pyproject.toml", "package.json")
"""The names of configuration files, the strongest first."""

FAIL_ON: Mapping[str, Level | None] = {"error": Level.ERROR, "warning": Level.WARNING, "note": Level.NOTE, "never": None}
"""The values of `fail-on`: from which level findings fail a run."""

Place = tuple[str | int, ...]
"""Where a value stands in a configuration: keys and indices."""

_TABLE_IN: Mapping[str, Place] = {"pyproject.toml": ("tool", "sigmalint"), "package.json": ("sigmalint",)}
_LARGEST = 1_000_000
_PARSED_AT_MOST = 5_000_000
_LEVELS = {str(level): level for level in Level}
_METHOD = re.compile(r"[A-Z][A-Z-]*")
_FINGERPRINT = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
_TOML_PLACE = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")


class ConfigError(UserError):
    """A configuration that cannot be used; the text names file and line, and the nearest key or value."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file, one of its overrides or the command line says: checked values by dotted key (see `KEYS`).

    `locate` gives the origin of a value, such as `sigmalint.toml:3`.
    """

    values: Mapping[str, Any]
    locate: Callable[[Place], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """What the configuration comes to for one path; `fail_on` is None for `never`."""

    enabled: frozenset[str]
    levels: Mapping[str, Level]
    fail_on: Level | None
    connection_required: bool
    methods: frozenset[str]
    locations: frozenset[str]
    sdk_hosts: frozenset[str]
    globals: frozenset[str]


class Configuration:
    """The layers that hold for a folder. Patterns are relative to `base`, reported paths to `root` (both absolute)."""

    def __init__(self, rules: Sequence[LoadedRule], root: str, base: str, files: Sequence[Layer], command_line: Layer) -> None:
        self._rules = rules
        self._root = root
        self._files = files
        self._command_line = command_line
        exclude = _last([*files, command_line], "exclude", ())
        self._exclude = Patterns(base, exclude)
        self._overrides = [
            (Patterns(base, values["paths"]), Layer(values, layer.locate))
            for layer in files
            for values in layer.values.get("overrides", ())
        ]
        ignores: dict[str, tuple[str, ...]] = _merged(files, "per-file-ignores")
        self._per_file = [(Patterns(base, [pattern]), selectors) for pattern, selectors in ignores.items()]
        allowed: tuple[str, ...] = _last([*files, command_line], "secrets.allow", ())
        self._allowed_fingerprints = {entry for entry in allowed if _FINGERPRINT.fullmatch(entry)}
        self._allowed_paths = Patterns(base, [entry for entry in allowed if _is_path(entry)])
        self._allowed_names = [entry for entry in allowed if not (_FINGERPRINT.fullmatch(entry) or _is_path(entry))]
        self._matches: dict[str, tuple[int, ...]] = {}
        self._effective: dict[tuple[int, ...], Effective] = {}

    def excludes(self, path: str) -> bool:
        """Whether `exclude` leaves out a file (reported path)."""
        return bool(self._exclude.decide(self._absolute(path)))

    def at(self, path: str) -> Effective:
        """What holds for a file (reported path)."""
        matched = self._matches.get(path)
        if matched is None:
            absolute = self._absolute(path)
            tables = (*self._overrides, *self._per_file)
            matched = tuple(index for index, (patterns, _) in enumerate(tables) if patterns.decide(absolute))
            self._matches[path] = matched
        if matched not in self._effective:
            self._effective[matched] = self._combine(matched)
        return self._effective[matched]

    @property
    def has_overrides(self) -> bool:
        """Whether files of one extension may differ in more than the rules that are on."""
        return bool(self._overrides)

    def settings(self, path: str) -> Settings:
        """The settings of the extension whose manifest has this reported path (whether or not there is one)."""
        here = self.at(path)
        return Settings(
            enabled=lambda code, file: code in self.at(file).enabled,
            levels=here.levels,
            connection_required=here.connection_required,
            methods=here.methods,
            locations=here.locations,
            sdk_hosts=here.sdk_hosts,
            globals=here.globals,
            secret_allowed=self._allows,
        )

    def _allows(self, fingerprint: str, path: str, name: str) -> bool:
        return (
            fingerprint in self._allowed_fingerprints
            or any(fnmatchcase(name, pattern) for pattern in self._allowed_names)
            or bool(self._allowed_paths.decide(self._absolute(path)))
        )

    def describe(self) -> Iterator[tuple[str, str, str]]:
        """Each value that counts: its dotted key, the value as TOML, and where it comes from."""
        layers = [*self._files, self._command_line]
        start = max((index for index, layer in enumerate(layers) if "select" in layer.values), default=0)
        for key in KEYS:
            if key in ("select", "extend-select", "ignore"):
                saying = [layer for layer in layers[start:] if key in layer.values]
            elif key in ("overrides", "per-file-ignores", "levels"):
                saying = [layer for layer in layers if key in layer.values]
            else:
                saying = [layer for layer in layers if key in layer.values][-1:]
            for layer in saying:
                yield from _rows(layer, key)
            if not saying and key in _DEFAULTS:
                yield key, _toml(_DEFAULTS[key]), "default"

    def _absolute(self, path: str) -> str:
        return os.path.normpath(os.path.join(self._root, path)).replace(os.sep, "/")

    def _combine(self, matched: tuple[int, ...]) -> Effective:
        overrides = [self._overrides[index][1] for index in matched if index < len(self._overrides)]
        layers = [*self._files, *overrides, self._command_line]
        enabled = {rule.meta.code for rule in self._rules if rule.meta.default}
        for layer in layers:
            self._select(enabled, layer.values)
        ignored = [selector for index in matched if index >= len(self._overrides) for selector in self._per_file_at(index)]
        return Effective(
            enabled=frozenset(enabled) - {rule.meta.code for rule in self._rules if _closest(ignored, rule)},
            levels=_merged(layers, "levels"),
            fail_on=FAIL_ON[_last(layers, "fail-on")],
            connection_required=_last(layers, "request.connection-required"),
            methods=frozenset(_last(layers, "request.methods")),
            locations=frozenset(_last(layers, "manifest.locations")),
            sdk_hosts=frozenset(_last(layers, "sdk.hosts")),
            globals=frozenset(_last(layers, "globals")),
        )

    def _per_file_at(self, index: int) -> tuple[str, ...]:
        return self._per_file[index - len(self._overrides)][1]

    def _select(self, enabled: set[str], values: Mapping[str, Any]) -> None:
        if "select" in values:
            enabled.clear()
        wanted = (*values.get("select", ()), *values.get("extend-select", ()))
        unwanted = values.get("ignore", ())
        for rule in self._rules:
            on, off = _closest(wanted, rule), _closest(unwanted, rule)
            if on > off:
                enabled.add(rule.meta.code)
            elif off:
                enabled.discard(rule.meta.code)


class Configurations:
    """Finds and reads configuration files, each once.

    `file` (from `--config`) replaces those of the tree, and its patterns are relative to the working folder; `isolated`
    means none at all. `command_line` has the values that options give.
    """

    def __init__(
        self,
        rules: Sequence[LoadedRule],
        root: str,
        *,
        command_line: Mapping[str, Any] | None = None,
        file: str | None = None,
        isolated: bool = False,
    ) -> None:
        self._rules = rules
        self._root = root
        self._command_line = _command_line(rules, command_line or {})
        self._fixed: Configuration | None = None
        if isolated:
            self._fixed = self._configuration(root, ())
        elif file is not None:
            self._fixed = self._configuration(os.path.abspath(os.curdir), self._layers(os.path.abspath(file)))
        self._found: dict[str, Configuration] = {}

    def at(self, folder: str) -> Configuration:
        """The configuration of a folder (reported path): the nearest file at or above it. ConfigError for a faulty one."""
        if self._fixed is not None:
            return self._fixed
        return self._above(os.path.normpath(os.path.join(self._root, folder)))

    def _above(self, folder: str) -> Configuration:
        passed = []
        while folder not in self._found:
            passed.append(folder)
            file = next((path for path in (os.path.join(folder, name) for name in FILES) if _has_table(path)), None)
            above = os.path.dirname(folder)
            if file is not None or above == folder:
                self._found[folder] = self._configuration(folder, self._layers(file) if file else ())
            else:
                folder = above
        self._found.update(dict.fromkeys(passed, self._found[folder]))
        return self._found[folder]

    def _configuration(self, base: str, layers: Sequence[Layer]) -> Configuration:
        return Configuration(self._rules, self._root, base.replace(os.sep, "/"), layers, self._command_line)

    def _layers(self, path: str) -> list[Layer]:
        """A file's layer behind those that it extends."""
        layers: list[Layer] = []
        seen: list[str] = []
        while True:
            seen.append(path)
            file = _File(path)
            layer = Layer(_Checker(self._rules, file.error).table(file.table, KEYS, ()), file.locate)
            layers.insert(0, layer)
            if "extend" not in layer.values:
                return layers
            extended = os.path.normpath(os.path.join(os.path.dirname(path), layer.values["extend"]))
            if extended in seen:
                raise file.error(("extend",), f'"{layer.values["extend"]}" extends this file in turn')
            if not os.path.isfile(extended):
                raise file.error(("extend",), f'there is no file "{layer.values["extend"]}"')
            path = extended


class _File:
    """One configuration file: the table that is sigmalint's, and the line of each value."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._name = _shown(path)
        self._prefix = _TABLE_IN.get(os.path.basename(path), ())
        self._json = path.endswith(".json")
        try:
            with open(path, "rb") as file:
                data = file.read(_LARGEST + 1)
        except OSError as error:
            raise ConfigError(f"{self._name}: cannot be read: {error.strerror}") from None
        if len(data) > _LARGEST:
            raise ConfigError(f"{self._name}: larger than 1 MB")
        self._source = SourceFile.decode(self._name, data)
        self.table = self._parse()
        for key in self._prefix:
            self.table = self.table.get(key) if isinstance(self.table, dict) else None
        if self.table is None:
            raise ConfigError(f"{self._name}: has no {'.'.join(map(str, self._prefix))}")
        if not isinstance(self.table, dict):
            raise self.error((), "must be a table")

    def error(self, place: Place, message: str) -> ConfigError:
        """What is wrong with the value or key of a place."""
        where = ".".join(str(key) for key in place if isinstance(key, str))
        return ConfigError(f"{self.locate(place)}: {where and where + ': '}{message}")

    def locate(self, place: Place) -> str:
        """File and line of a value."""
        find = _json_line if self._json else _toml_line
        return f"{self._name}:{find(self._source, (*self._prefix, *place))}"

    def _parse(self) -> Any:
        text = self._source.text
        import tomllib

        try:
            return json.loads(text) if self._json else tomllib.loads(text)
        except json.JSONDecodeError as error:
            raise ConfigError(f"{self._name}:{error.lineno}: {error.msg}") from None
        except tomllib.TOMLDecodeError as error:
            place = _TOML_PLACE.search(str(error))
            line = int(place[1]) if place and place[1] else len(self._source.line_starts)
            raise ConfigError(f"{self._name}:{line}: {_TOML_PLACE.sub('', str(error))}") from None
        except RecursionError:
            raise ConfigError(f"{self._name}: nested too deeply") from None


def _json_line(source: SourceFile, place: Place) -> int:
    from sigmalint.sources.json_text import JsonArray, JsonObject, read_json

    node = read_json(source).root
    offset = 0
    for key in place:
        if isinstance(node, JsonObject) and isinstance(key, str) and (member := node.get(key)):
            node, offset = member.value, member.key_span.start
        elif isinstance(node, JsonArray) and isinstance(key, int):
            node = node.items[key]
            offset = node.span.start
    return source.position(offset).line


def _toml_line(source: SourceFile, place: Place) -> int:
    """The line that writes a key or value.

    `tomllib` gives no positions, but it can be asked: the shortest beginning of the file (in whole lines) that parses and has
    the key ends with the statement that writes it, and the longest shorter one that parses ends before it. So the parser itself
    tells dotted keys, tables, arrays of tables and strings apart. Within a statement of several lines the text is searched.
    In a file so large that this would take seconds, the line is one before the statement.
    """
    import tomllib

    text = source.text
    whole = tomllib.loads(text)
    while _value(whole, place) is None:
        place = place[:-1]
    low, high = 0, len(source.line_starts)
    parsed = 0
    while high - low > 1:
        middle = (low + high) // 2
        for length in (*range(middle, low, -1), *range(middle + 1, high)):
            beginning = text[: source.line_starts[length]]
            parsed += len(beginning)
            if parsed > _PARSED_AT_MOST:
                return low + 1
            try:
                table = tomllib.loads(beginning)
            except tomllib.TOMLDecodeError:
                continue
            if _value(table, place) is None:
                low = length
            else:
                high = length
            break
        else:
            break
    key = _value(whole, place) if place and isinstance(place[-1], int) else place[-1] if place else ""
    written = (line for line in range(low + 1, high + 1) if str(key) in source.line_text(line))
    return next(written, low + 1)


def _value(table: Any, place: Place) -> Any:
    for key in place:
        try:
            table = table[key]
        except (KeyError, IndexError, TypeError):
            return None
    return table


class _Checker:
    """Turns what a file says into checked values, or says what is wrong with it."""

    def __init__(self, rules: Sequence[LoadedRule], error: Callable[[Place, str], Exception]) -> None:
        self._rules = rules
        self._error = error

    def table(self, table: Mapping[str, Any], keys: Mapping[str, "_Check"], place: Place) -> dict[str, Any]:
        """The values of a table by dotted key."""
        values: dict[str, Any] = {}
        for key, value in table.items():
            group = f"{key}."
            inner = {name.removeprefix(group): check for name, check in keys.items() if name.startswith(group)}
            if inner:
                values |= {
                    group + name: item
                    for name, item in self.table(self._table(value, (*place, key)), inner, (*place, key)).items()
                }
            elif key in keys:
                values[key] = keys[key](self, value, (*place, key))
            else:
                near = nearest(key, {name.partition(".")[0] for name in keys})
                raise self._error((*place, key), "unknown key" + _meant(near))
        return values

    def string(self, value: Any, place: Place) -> str:
        """A string that is not empty."""
        if not isinstance(value, str) or not value:
            raise self._error(place, f"must be a string, not {_toml(value)}")
        return value

    def strings(self, value: Any, place: Place) -> tuple[str, ...]:
        """An array of strings."""
        if not isinstance(value, list):
            raise self._error(place, f"must be an array of strings, not {_toml(value)}")
        return tuple(self.string(item, (*place, index)) for index, item in enumerate(value))

    def boolean(self, value: Any, place: Place) -> bool:
        """`true` or `false`."""
        if not isinstance(value, bool):
            raise self._error(place, f"must be true or false, not {_toml(value)}")
        return value

    def selectors(self, value: Any, place: Place) -> tuple[str, ...]:
        """An array of codes, names and prefixes, each of which names a rule."""
        for index, selector in enumerate(self.strings(value, place)):
            self.selector(selector, (*place, index))
        return tuple(value)

    def selector(self, selector: str, place: Place) -> list[LoadedRule]:
        """The rules that a code, name or prefix names."""
        found = [rule for rule in self._rules if specificity(selector, rule.meta)]
        if not found:
            raise self._error(
                place, f'no rule has the code, name or prefix "{selector}"' + _meant(nearest_selector(selector, self._rules))
            )
        return found

    def fail_on(self, value: Any, place: Place) -> str:
        """One of `FAIL_ON`."""
        return self._one_of(value, FAIL_ON, place)

    def levels(self, value: Any, place: Place) -> dict[str, Level]:
        """Selectors and levels, as codes and levels."""
        closest: dict[str, int] = {}
        levels: dict[str, Level] = {}
        for selector, name in self._table(value, place).items():
            for rule in self.selector(selector, (*place, selector)):
                close = specificity(selector, rule.meta)
                if close >= closest.get(rule.meta.code, 0):
                    closest[rule.meta.code] = close
                    levels[rule.meta.code] = _LEVELS[self._one_of(name, _LEVELS, (*place, selector))]
        return levels

    def per_file_ignores(self, value: Any, place: Place) -> dict[str, tuple[str, ...]]:
        """Patterns, and the rules that are off in the files that match."""
        return {pattern: self.selectors(item, (*place, pattern)) for pattern, item in self._table(value, place).items()}

    def overrides(self, value: Any, place: Place) -> tuple[Mapping[str, Any], ...]:
        """The values of tables with `paths` and keys that hold for those."""
        if not isinstance(value, list):
            raise self._error(place, "must be an array of tables")
        overrides = []
        for index, item in enumerate(value):
            here = (*place, index)
            values = self.table(self._table(item, here), OVERRIDE_KEYS, here)
            if not values.get("paths"):
                raise self._error(here, "needs paths, the patterns of the files it is for")
            overrides.append(values)
        return tuple(overrides)

    def methods(self, value: Any, place: Place) -> tuple[str, ...]:
        """HTTP methods."""
        return self._matching(value, place, _METHOD, "must be an HTTP method in capitals")

    def names(self, value: Any, place: Place) -> tuple[str, ...]:
        """Names of global variables."""
        return self._matching(value, place, _NAME, "must be the name of a variable")

    def allowed_secrets(self, value: Any, place: Place) -> tuple[str, ...]:
        """Fingerprints of findings, names and path patterns; never a value, which no message repeats."""
        from sigmalint.credentials.gates import token_like

        if not isinstance(value, list):
            raise self._error(place, "must be an array of strings")
        for index, item in enumerate(value):
            if not isinstance(item, str) or not item:
                raise self._error((*place, index), "must be a string")
            if not (_FINGERPRINT.fullmatch(item) or _is_path(item)) and token_like(item, 12):
                raise self._error(
                    (*place, index), "looks like a credential itself; give the fingerprint of its finding (--format json)"
                )
        return tuple(value)

    def _matching(self, value: Any, place: Place, pattern: re.Pattern[str], message: str) -> tuple[str, ...]:
        for index, item in enumerate(self.strings(value, place)):
            if not pattern.fullmatch(item):
                raise self._error((*place, index), f"{message}, not {_toml(item)}")
        return tuple(value)

    def _one_of(self, value: Any, known: Iterable[str], place: Place) -> str:
        if not isinstance(value, str) or value not in known:
            raise self._error(
                place, f"must be one of {', '.join(known)}, not {_toml(value)}" + _meant(nearest(str(value), known))
            )
        return value

    def _table(self, value: Any, place: Place) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self._error(place, f"must be a table, not {_toml(value)}")
        return value


_Check = Callable[[_Checker, Any, Place], Any]

_SELECTION: Mapping[str, _Check] = {
    "select": _Checker.selectors,
    "extend-select": _Checker.selectors,
    "ignore": _Checker.selectors,
    "levels": _Checker.levels,
    "fail-on": _Checker.fail_on,
    "request.connection-required": _Checker.boolean,
    "request.methods": _Checker.methods,
    "manifest.locations": _Checker.strings,
    "sdk.hosts": _Checker.strings,
    "globals": _Checker.names,
}
KEYS: Mapping[str, _Check] = {
    "extend": _Checker.string,
    **_SELECTION,
    "exclude": _Checker.strings,
    "secrets.allow": _Checker.allowed_secrets,
    "per-file-ignores": _Checker.per_file_ignores,
    "overrides": _Checker.overrides,
}
"""Every key of a configuration, tables dotted, and how it is checked."""
OVERRIDE_KEYS: Mapping[str, _Check] = {"paths": _Checker.strings, **_SELECTION}
"""The keys of one of the `overrides`."""
_DEFAULTS: Mapping[str, Any] = {
    "fail-on": "error",
    "request.connection-required": True,
    "request.methods": (),
    "manifest.locations": (),
    "sdk.hosts": (),
    "globals": (),
    "exclude": (),
    "secrets.allow": (),
}


def _is_path(entry: str) -> bool:
    """Whether an entry of `secrets.allow` is a path pattern: names have neither slashes nor dots."""
    return "/" in entry or "." in entry


def _command_line(rules: Sequence[LoadedRule], values: Mapping[str, Any]) -> Layer:
    def error(place: Place, message: str) -> ConfigError:
        return ConfigError(f"--{place[0]}: {message}")

    return Layer(_Checker(rules, error).table(values, _SELECTION, ()), lambda place: "command line")


def _last(layers: Sequence[Layer], key: str, default: Any = None) -> Any:
    """The strongest layer's value."""
    return next((layer.values[key] for layer in reversed(layers) if key in layer.values), _DEFAULTS.get(key, default))


def _merged(layers: Iterable[Layer], key: str) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for layer in layers:
        merged |= layer.values.get(key, {})
    return merged


def _closest(selectors: Iterable[str], rule: LoadedRule) -> int:
    return max((specificity(selector, rule.meta) for selector in selectors), default=0)


def _rows(layer: Layer, key: str) -> Iterator[tuple[str, str, str]]:
    place: Place = tuple(key.split("."))
    value = layer.values[key]
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield f"{key}.{_toml_key(name)}", _toml(item), layer.locate((*place, name))
    elif key == "overrides":
        for index, override in enumerate(value):
            for name, item in override.items():
                yield f"overrides[{index}].{name}", _toml(item), layer.locate((*place, index, *name.split(".")))
    else:
        yield key, _toml(value), layer.locate(place)


def _toml_key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def _toml(value: Any) -> str:
    if isinstance(value, Level):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml_key(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False, default=str)


def _meant(near: str | None) -> str:
    return f'; did you mean "{near}"?' if near else ""


def _has_table(path: str) -> bool:
    """Whether a file is a configuration: `sigmalint.toml` always is, the others when sigmalint has a table there."""
    prefix = _TABLE_IN.get(os.path.basename(path))
    if not os.path.isfile(path):
        return False
    if prefix is None:
        return True
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError:
        return False
    if b"sigmalint" not in data or len(data) > _LARGEST:
        return False
    import tomllib

    text = SourceFile.decode(path, data).text
    if path.endswith(".toml") and "[tool.sigmalint" in text:
        return True
    try:
        table = json.loads(text) if path.endswith(".json") else tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return _value(table, prefix) is not None


def _shown(path: str) -> str:
    """A path as a user would write it: relative where that is shorter."""
    try:
        relative = os.path.relpath(path)
    except ValueError:
        return path
    return relative if len(relative) < len(path) else path
