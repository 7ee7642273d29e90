"""The rules that exist: every public module of `sigmalint.rules`, with the page beside it. Nothing lists them by name."""

import importlib
import importlib.resources
import pkgutil
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from sigmalint.errors import UserError
from sigmalint.finding import Check
from sigmalint.rule import Rule
from sigmalint.spelling import nearest

PACKAGE = "sigmalint.rules"

_CODE = re.compile(r"[A-Z]+[0-9]{3}")


class RegistryError(UserError):
    """A rule's module breaks the conventions; the message names the module."""


@dataclass(frozen=True)
class LoadedRule:
    """A rule as it was found: its facts, its check, and the module that holds them."""

    meta: Rule
    check: Check
    module: str

    @cached_property
    def page(self) -> str:
        """The rule's page in Markdown: the `.md` file with the module's stem. FileNotFoundError when there is none."""
        package, _, stem = self.module.rpartition(".")
        return importlib.resources.files(package).joinpath(f"{stem}.md").read_text("utf-8")


@cache
def load_rules(package: str = PACKAGE) -> tuple[LoadedRule, ...]:
    """All rules of a package, by code. A module whose name begins with `_` is no rule. RegistryError names a faulty one."""
    rules = [
        _load(f"{package}.{info.name}")
        for info in pkgutil.iter_modules(importlib.import_module(package).__path__)
        if not info.ispkg and not info.name.startswith("_")
    ]
    rules.sort(key=lambda rule: rule.meta.code)
    for one, other in pairwise(rules):
        if one.meta.code == other.meta.code:
            raise RegistryError(f"{one.module} and {other.module} have the same code {one.meta.code}")
    return tuple(rules)


def _load(name: str) -> LoadedRule:
    module = importlib.import_module(name)
    meta, check = getattr(module, "META", None), getattr(module, "check", None)
    if not isinstance(meta, Rule):
        raise RegistryError(f"{name} has no META")
    if not callable(check):
        raise RegistryError(f"{name} has no check")
    expected = name.rpartition(".")[2].replace("_", "-")
    if meta.name != expected:
        raise RegistryError(f'{name} is named "{meta.name}", not "{expected}"')
    if not _CODE.fullmatch(meta.code):
        raise RegistryError(f'{name} has the code "{meta.code}", which is not letters and three digits')
    return LoadedRule(meta, check, name)


def specificity(selector: str, rule: Rule) -> int:
    """How closely a selector (code, name or prefix such as `SIG3`, any case) names a rule: 0 not at all, a name as a code."""
    selector = selector.strip().upper()
    if selector == rule.name.upper():
        return len(rule.code)
    letters = rule.code.rstrip("0123456789")
    return len(selector) if selector.startswith(letters) and rule.code.startswith(selector) else 0


def matches(selector: str, rule: Rule) -> bool:
    """Whether a selector (code, name or prefix) names a rule."""
    return specificity(selector, rule) > 0


def nearest_selector(selector: str, rules: Sequence[LoadedRule]) -> str | None:
    """The code or name that an unknown selector most resembles."""
    return nearest(selector, (text for rule in rules for text in (rule.meta.code, rule.meta.name)))
