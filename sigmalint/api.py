"""The library's door: the same run as the command line's."""

from pathlib import Path

from sigmalint.result import Result


def lint(path: str | Path, *, root: str | Path | None = None, isolated: bool = False, untrusted: bool = False) -> Result:
    """Lint a folder, file or tree with the configuration found there, as `sigmalint PATH` does.

    `root` is what reported paths are relative to, `isolated` leaves configuration files out, `untrusted` also
    suppression comments and whatever else the linted tree says about linting it. Raises `errors.UserError` for
    a path that does not exist or a configuration that is wrong.
    """
    from sigmalint.runner import Options, Run

    return Run([Path(path)], Options(root=None if root is None else str(root), isolated=isolated, untrusted=untrusted)).lint()
