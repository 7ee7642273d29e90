"""The command line: options, exit status and wiring. What is heavy is imported where it is used."""

import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sigmalint import __version__
from sigmalint.errors import UserError
from sigmalint.report import FORMATS

if TYPE_CHECKING:
    from sigmalint.fixes import Fixed
    from sigmalint.registry import LoadedRule
    from sigmalint.report import Checkout
    from sigmalint.result import Result
    from sigmalint.runner import Options, Run

CLEAN, FINDINGS, TROUBLE, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses."""


class _Group(click.Group):
    """A group for which arguments without a command's name are those of `check`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or not (args[0] in self.commands or args[0] in ("-h", "--help", "--version")):
            args = ["check", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Lint Zoho Writer extensions: `sigmalint [PATHS]...` is `sigmalint check [PATHS]...`."""


def _comma_separated(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> list[str] | None:
    """The selectors of an option; None where the option is not given."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()] if values else None


_CODES: dict[str, Any] = {"multiple": True, "metavar": "CODES", "callback": _comma_separated}
_FOLDER = click.Path(exists=True, file_okay=False)
_FILE = click.Path(exists=True, dir_okay=False)


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path, allow_dash=True), metavar="[PATHS]...")
@click.option("--format", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True, help="Form of the report.")
@click.option("--output-file", metavar="FILE", help="Write the report to FILE, whole or not at all.")
@click.option("--select", **_CODES, help="Rules to run: codes, names or prefixes (SIG1), comma separated.")
@click.option("--extend-select", **_CODES, help="Rules to run beside the others.")
@click.option("--ignore", **_CODES, help="Rules not to run.")
@click.option("--fail-on", type=click.Choice(["error", "warning", "note", "never"]), help="Fail from this level on [error].")
@click.option("--require-resolved", is_flag=True, help="Fail when a request could not be resolved.")
@click.option("--require-extension", is_flag=True, help="Exit with 2 when there is no extension to lint.")
@click.option("--stdin-filename", metavar="FILE", help="What the text given as `-` is: linted as that file.")
@click.option("--untrusted", is_flag=True, help="Ignore what the linted tree says about linting it; for reviewers.")
@click.option("--fix", is_flag=True, help="Apply safe fixes.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also fixes that may change what the code means.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@click.option("--baseline", type=_FILE, metavar="FILE", help="Leave out the findings that FILE knows.")
@click.option("--write-baseline", metavar="FILE", help="Write all findings to FILE; with --baseline, what is left of it.")
@click.option("--root", type=_FOLDER, metavar="DIR", help="What reported paths are relative to [the git checkout].")
@click.option("--config", type=_FILE, metavar="FILE", help="Use this configuration file and no other.")
@click.option("--isolated", is_flag=True, help="Use no configuration file.")
@click.option("--show-files", is_flag=True, help="Show what would be linted, and why the rest not.")
@click.option("--show-config", is_flag=True, help="Show the configuration and where each value comes from.")
@click.option("--statistics", is_flag=True, help="Show how many findings each rule has, instead of the findings.")
@click.option("--show-suppressed", is_flag=True, help="Also show what comments or the baseline hide.")
@click.option("--quiet", "-q", is_flag=True, help="Nothing but the report: no warnings, no summary line.")
@click.option("--verbose", "-v", is_flag=True, help="Also what was not understood; the traceback of an internal error.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 though there are findings.")
def check(paths: tuple[Path, ...], **options: Any) -> int:
    """Lint extensions; the default path is the working folder.

    Exit status: 0 nothing at or above --fail-on, 1 findings, 2 the linter could not do its work.
    """
    from sigmalint.runner import Run

    _refuse_contradictions(paths, options)
    paths, given = _run_options(paths, options)
    run = Run(paths, given)
    if options["show_config"] or options["show_files"]:
        if options["show_config"]:
            _print("\n".join(_config_lines(run)) + "\n")
        if options["show_files"]:
            _print("\n".join(_file_lines(run)) + "\n")
        return CLEAN
    if options["diff"]:
        return _diff(paths, given, unsafe=options["unsafe_fixes"], quiet=options["quiet"])
    if options["fix"]:
        run, result = _fix(paths, given, unsafe=options["unsafe_fixes"], quiet=options["quiet"])
    else:
        result = run.lint()
    if not result.extensions and not options["quiet"]:
        _say("warning: there is no extension to lint")
    _baseline(run, result, options)
    _report(run, result, options)
    return _status(run, result, options)


def _refuse_contradictions(paths: Sequence[Path], options: dict[str, Any]) -> None:
    stdin = Path("-") in paths
    for wrong, message in (
        (options["config"] and options["isolated"], "--config and --isolated exclude each other"),
        (stdin and not options["stdin_filename"], "- needs --stdin-filename: what is the text to be linted as?"),
        (options["stdin_filename"] and not stdin, "--stdin-filename is for the path -"),
        (stdin and options["fix"] and not options["diff"], "what comes from - cannot be fixed in place; try --diff"),
        (options["unsafe_fixes"] and not (options["fix"] or options["diff"]), "--unsafe-fixes is for --fix or --diff"),
        (options["statistics"] and options["format"] not in ("text", "concise"), "--statistics is a report of its own"),
    ):
        if wrong:
            raise click.UsageError(message)


def _run_options(paths: Sequence[Path], options: dict[str, Any]) -> tuple[tuple[Path, ...], "Options"]:
    """The paths, with the name of what comes from `-`, and what the run is to do."""
    from sigmalint.runner import Options

    given = {key: options[key.replace("-", "_")] for key in ("select", "extend-select", "ignore", "fail-on")}
    overlay = {}
    if options["stdin_filename"]:
        named = Path(os.path.abspath(options["stdin_filename"]))
        overlay[named.as_posix()] = sys.stdin.buffer.read()
        paths = [named if path == Path("-") else path for path in paths]
    return tuple(paths) or (Path(),), Options(
        root=options["root"],
        config=options["config"],
        isolated=options["isolated"],
        untrusted=options["untrusted"],
        baseline=options["baseline"],
        command_line={key: value for key, value in given.items() if value is not None},
        overlay=overlay,
    )


def _fixed(paths: Sequence[Path], given: "Options", *, unsafe: bool, quiet: bool) -> "Fixed":
    from dataclasses import replace

    from sigmalint.fixes import fix
    from sigmalint.runner import Run

    def lint(overlay: Mapping[str, bytes]) -> tuple[Run, "Result"]:
        run = Run(paths, replace(given, overlay={**given.overlay, **overlay}))
        return run, run.lint()

    fixed = fix(lint, given.overlay, unsafe=unsafe)
    if not quiet:
        for path, reason in fixed.refused.items():
            _say(f"{path} is not fixed: {reason}")
    return fixed


def _diff(paths: Sequence[Path], given: "Options", *, unsafe: bool, quiet: bool) -> int:
    from sigmalint.fixes import diff

    fixed = _fixed(paths, given, unsafe=unsafe, quiet=quiet)
    _print(diff(fixed.changes))
    if fixed.result.failures or fixed.result.refused:
        return TROUBLE
    return FINDINGS if fixed.changes else CLEAN


def _fix(paths: Sequence[Path], given: "Options", *, unsafe: bool, quiet: bool) -> tuple["Run", "Result"]:
    from sigmalint.fixes import write

    fixed = _fixed(paths, given, unsafe=unsafe, quiet=quiet)
    unwritten = list(write(fixed.changes))
    for path, reason in unwritten:
        _say(f"{path} is not written: {reason}")
    if not quiet and len(fixed.changes) > len(unwritten):
        from sigmalint.report.coverage import plural

        _say(f"{plural(fixed.applied, 'fix', 'fixes')} in {plural(len(fixed.changes) - len(unwritten), 'file')}")
    if not unwritten:
        return fixed.run, fixed.result
    from sigmalint.runner import Run

    run = Run(paths, given)
    return run, run.lint()


def _baseline(run: "Run", result: "Result", options: dict[str, Any]) -> None:
    """Write a baseline, and say what the one that was read knows in vain."""
    from sigmalint.report.coverage import plural

    target = options["write_baseline"]
    if target:
        known = run.pruned(result) if options["baseline"] else run.accept(result)
        from sigmalint.baseline import dump

        _write_whole(target, dump(known))
        if not options["quiet"]:
            _say(f"{target}: {plural(len(known), 'known finding')}")
    elif run.gone and not options["quiet"]:
        _say(f"{options['baseline']}: {plural(len(run.gone), 'finding')} fewer than known; --write-baseline takes them out")
    if run.gone and options["verbose"]:
        for entry in run.gone:
            _say(f"no longer occurs: {entry.path}: {entry.code} {entry.message}")


def _report(run: "Run", result: "Result", options: dict[str, Any]) -> None:
    from sigmalint.report import ReportContext, render

    file = options["output_file"]
    context = ReportContext(
        rules=run.rules,
        version=__version__,
        root=run.root,
        color=_colored(options["color"], to_file=file is not None),
        verbose=options["verbose"],
        suppressed=options["show_suppressed"],
        checkout=_checkout(run.root) if options["format"] == "sarif" and not options["untrusted"] else None,
    )
    if options["statistics"]:
        from sigmalint.report.statistics import write

        text = write(result)
    else:
        text = render(options["format"], result, context)
    if file is None:
        _print(text)
        return
    _write_whole(file, text)
    if not options["quiet"]:
        from sigmalint.report.coverage import coverage

        _print(f"{file}: {coverage(result)}\n")


def _checkout(root: str) -> "Checkout | None":
    from sigmalint.checkout import read_checkout

    return read_checkout(root)


def _status(run: "Run", result: "Result", options: dict[str, Any]) -> int:
    if result.failures:
        _say(
            f"{len(result.failures)} internal errors, see SIG007"
            if len(result.failures) > 1
            else "an internal error, see SIG007"
        )
        return TROUBLE
    if result.refused:
        _say(f"{', '.join(result.refused)}: not read, see SIG002")
        return TROUBLE
    if options["require_extension"] and not result.extensions:
        _say("there is no extension to lint, and --require-extension asks for one")
        return TROUBLE
    unresolved = options["require_resolved"] and result.unresolved
    if unresolved and not options["quiet"]:
        _say(f"{len(unresolved)} options of requests could not be resolved; --verbose says which")
    return FINDINGS if (run.failing or unresolved) and not options["exit_zero"] else CLEAN


def _config_lines(run: "Run") -> Iterator[str]:
    """The merged configurations, each under the folders it holds for."""
    folders: dict[int, list[str]] = {}
    for extension in run.project.extensions:
        folders.setdefault(id(run.configurations.at(extension.folder)), []).append(extension.folder)
    for same in folders.values() or [[""]]:
        yield "# " + ", ".join(folder or "." for folder in same)
        rows = list(run.configurations.at(same[0]).describe())
        width = max(len(f"{key} = {value}") for key, value, _ in rows)
        for key, value, origin in rows:
            yield f"{f'{key} = {value}':{width}}  # {origin}"


def _file_lines(run: "Run") -> Iterator[str]:
    """The files of each extension, then what is left out, with reasons."""
    for extension in run.project.extensions:
        yield f"{extension.folder or '.'}: {extension.manifest or 'no manifest'}"
        for path in extension.sources:
            yield f"  {path}"
    for title, items in (("skipped", run.project.skipped), ("of no extension", run.project.passed_over)):
        if items:
            yield f"{title}:"
        for path, reason in items:
            yield f"  {path}: {reason}"


@cli.command()
@click.argument("rule", metavar="CODE|NAME")
def explain(rule: str) -> int:
    """Show the page of a rule."""
    from sigmalint.registry import load_rules, nearest_selector

    rules = load_rules()
    found = next((one for one in rules if rule.lower() in (one.meta.code.lower(), one.meta.name)), None)
    if found is None:
        near = nearest_selector(rule, rules)
        raise click.UsageError(f'there is no rule "{rule}"' + (f'; did you mean "{near}"?' if near else ""))
    title = f"{found.meta.code} · {found.meta.level}"
    if not sys.stdout.isatty():
        _print(f"{title}\n\n{found.page}")
        return CLEAN
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(title, Markdown(found.page))
    return CLEAN


@cli.command("rules")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Form of the list.")
def list_rules(format: str) -> int:
    """List all rules: code, name, level, fixable, on or off."""
    from sigmalint.registry import load_rules

    rows = [_rule_row(rule) for rule in load_rules()]
    if format == "json":
        import json

        _print(json.dumps(rows, indent=2) + "\n")
        return CLEAN
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        fix = "" if row["fix"] == "none" else f"fix: {row['fix']}"
        _print(f"{row['code']}  {row['name']:{width}}  {row['level']:7}  {fix:11}  {'on' if row['default'] else 'off'}\n")
    return CLEAN


def _rule_row(rule: "LoadedRule") -> dict[str, Any]:
    meta = rule.meta
    return {
        "code": meta.code,
        "name": meta.name,
        "level": str(meta.level),
        "confidence": str(meta.confidence),
        "fix": str(meta.fix),
        "default": meta.default,
        "tags": list(meta.tags),
    }


@cli.command()
@click.argument("what", type=click.Choice(["manifest", "config", "report"]))
def schema(what: str) -> int:
    """Print the JSON Schema of plugin-manifest.json, of the configuration, or of the JSON report."""
    import json
    from importlib.resources import files

    if what == "manifest":
        from sigmalint.sdk import manifest_schema

        found = manifest_schema()
    elif what == "config":
        from sigmalint.config_schema import configuration_schema
        from sigmalint.registry import load_rules

        found = configuration_schema(load_rules())
    else:
        found = json.loads((files("sigmalint.report") / "report.schema.json").read_text("utf-8"))
    _print(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return CLEAN


@cli.command()
def init() -> int:
    """Write a commented configuration to sigmalint.toml in the working folder; one that is there is never overwritten."""
    from sigmalint.config_schema import FILE, commented_configuration

    try:
        with open(FILE, "x", encoding="utf-8", newline="\n") as file:
            file.write(commented_configuration())
    except FileExistsError:
        raise click.ClickException(f"{FILE} is there already, and is not overwritten") from None
    except OSError as error:
        raise click.ClickException(f"{FILE} cannot be written: {error.strerror}") from None
    _print(f"{FILE} written\n")
    return CLEAN


@cli.command()
@click.option("--check", is_flag=True, help="Only say whether the language server can be started: status 2, and why, if not.")
def lsp(check: bool) -> int:
    """Serve editors: the language server, on standard input and output."""
    from sigmalint.lsp import start

    return start(check=check)


def main(args: Sequence[str] | None = None) -> None:
    """The console script; ends the process with an exit status, and never with a traceback that nobody asked for."""
    arguments = list(sys.argv[1:] if args is None else args)
    # Trees and values are made by the million and live until the extension is done: collecting them often finds nothing.
    gc.set_threshold(50_000, 20, 50)
    for stream in (sys.stdout, sys.stderr):
        # Reports are UTF-8 whatever the locale; a file name that is no text is shown escaped.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(_guarded(arguments))


def _guarded(arguments: list[str]) -> int:
    try:
        status: int | None = cli.main(arguments, prog_name="sigmalint", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return TROUBLE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except UserError as error:
        _say(str(error))
        return TROUBLE
    except Exception as error:
        if not {"-v", "--verbose"}.isdisjoint(arguments):
            import traceback

            traceback.print_exc()
        _say(f"internal error: {type(error).__name__}: {' '.join(str(error).split())} (--verbose shows where)")
        return TROUBLE
    return status or CLEAN


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who read this has left, as `head` does: not an error, and the flush when Python ends must not make it one.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str) -> None:
    print(f"sigmalint: {message}", file=sys.stderr)


def _write_whole(path: str, text: str) -> None:
    from sigmalint.atomic import write_whole

    try:
        write_whole(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from None


def _colored(choice: str, *, to_file: bool) -> bool:
    """Whether the report has colours: as asked, else by `NO_COLOR` and `FORCE_COLOR`, else on a terminal."""
    if choice != "auto":
        return choice == "always"
    if to_file or os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")
