"""What the configuration tells the engine and the rules about one extension; `config` builds it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sigmalint.rule import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings that one extension is linted with.

    `enabled(code, path)` says whether a rule speaks about a file (select, ignore, per-file-ignores and overrides are in
    it); `levels` maps codes to levels that replace the rule's own. The rest mirrors the configuration's keys.
    """

    enabled: Callable[[str, str], bool]
    levels: Mapping[str, Level] = field(default_factory=dict)
    connection_required: bool = True
    """`request.connection-required`"""
    methods: frozenset[str] = frozenset()
    """`request.methods`: methods allowed beside the product's own, such as PATCH"""
    locations: frozenset[str] = frozenset()
    """`manifest.locations`: locations of widgets that are known beside the documented ones"""
    sdk_hosts: frozenset[str] = frozenset()
    """`sdk.hosts`: hosts that may serve the SDK's script beside the vendor's"""
    globals: frozenset[str] = frozenset()
    """`globals`: names that the page's environment defines"""
    secret_allowed: Callable[[str, str, str], bool] = lambda fingerprint, path, name: False
    """`secrets.allow`: whether a credential with this fingerprint, in this file, bound to this name is none"""
    trusted: bool = True
    """Whether it counts what files say about linting them: suppression comments, the banners and names of libraries"""
