"""sigmalint: the linter for Zoho Writer extensions.

What rules and other programs may use is named here and imported when it is first asked for, so that `import sigmalint` costs
next to nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sigmalint.analysis.names import CallSite as CallSite
    from sigmalint.analysis.names import answer_names as answer_names
    from sigmalint.analysis.names import calls as calls
    from sigmalint.analysis.names import handler_calls as handler_calls
    from sigmalint.analysis.names import written_html as written_html
    from sigmalint.api import lint as lint
    from sigmalint.finding import Edit as Edit
    from sigmalint.finding import Finding as Finding
    from sigmalint.finding import Fix as Fix
    from sigmalint.finding import Related as Related
    from sigmalint.finding import Report as Report
    from sigmalint.model import Absent as Absent
    from sigmalint.model import ArrayValue as ArrayValue
    from sigmalint.model import Case as Case
    from sigmalint.model import Constant as Constant
    from sigmalint.model import Extension as Extension
    from sigmalint.model import FunctionValue as FunctionValue
    from sigmalint.model import Instance as Instance
    from sigmalint.model import LoadedScript as LoadedScript
    from sigmalint.model import ObjectValue as ObjectValue
    from sigmalint.model import PageProgram as PageProgram
    from sigmalint.model import PartialText as PartialText
    from sigmalint.model import Promise as Promise
    from sigmalint.model import Request as Request
    from sigmalint.model import SdkCall as SdkCall
    from sigmalint.model import Undeclared as Undeclared
    from sigmalint.model import Undefined as Undefined
    from sigmalint.model import Unknown as Unknown
    from sigmalint.rule import Confidence as Confidence
    from sigmalint.rule import Fixability as Fixability
    from sigmalint.rule import Level as Level
    from sigmalint.rule import Rule as Rule
    from sigmalint.rule import Source as Source
    from sigmalint.sdk import MISSION as MISSION
    from sigmalint.sdk import Declaration as Declaration
    from sigmalint.sdk import Method as Method
    from sigmalint.sdk import Parameter as Parameter
    from sigmalint.sdk import Product as Product
    from sigmalint.sdk import Role as Role
    from sigmalint.sdk import Script as Script
    from sigmalint.sources.json_text import JsonArray as JsonArray
    from sigmalint.sources.json_text import JsonObject as JsonObject
    from sigmalint.sources.json_text import JsonScalar as JsonScalar
    from sigmalint.sources.manifest import Connection as Connection
    from sigmalint.sources.manifest import Manifest as Manifest
    from sigmalint.sources.manifest import Text as Text
    from sigmalint.sources.manifest import Widget as Widget
    from sigmalint.sources.page import ScriptElement as ScriptElement
    from sigmalint.sources.script import Code as Code
    from sigmalint.sources.text import Span as Span
    from sigmalint.spelling import is_misspelling as is_misspelling
    from sigmalint.spelling import nearest as nearest

__version__ = "0.1.0"

_HOMES = {
    "api": ("lint",),
    "finding": ("Edit", "Finding", "Fix", "Related", "Report"),
    "model": [
        "Absent",
        "ArrayValue",
        "Case",
        "Connection",
        "Constant",
        "Extension",
        "FunctionValue",
        "Instance",
        "ObjectValue",
        "PartialText",
        "Promise",
        "Request",
        "Undeclared",
        "SdkCall",
        "LoadedScript",
        "PageProgram",
        "Undefined",
        "Unknown",
    ],
    "rule": ("Confidence", "Fixability", "Level", "Rule", "Source"),
    "sdk": ("MISSION", "Declaration", "Method", "Parameter", "Product", "Role", "Script"),
    "analysis.names": ("CallSite", "answer_names", "calls", "handler_calls", "written_html"),
    "sources.json_text": ("JsonArray", "JsonObject", "JsonScalar"),
    "sources.manifest": ("Connection", "Manifest", "Text", "Widget"),
    "sources.page": ("ScriptElement",),
    "sources.script": ("Code",),
    "sources.text": ("Span",),
    "spelling": ("is_misspelling", "nearest"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'sigmalint' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"sigmalint.{_HOME[name]}"), name)
    globals()[name] = value
    return value
