"""How an extension is laid out: whether a build tool makes what is packed."""

import json
import posixpath
from typing import Any

from sigmalint.result import Files

_TOOLS = [
    "@angular/cli",
    "@craco/craco",
    "@parcel/core",
    "@rollup/plugin-node-resolve",
    "@rspack/core",
    "@sveltejs/kit",
    "@vue/cli-service",
    "astro",
    "browserify",
    "esbuild",
    "grunt",
    "gulp",
    "laravel-mix",
    "microbundle",
    "next",
    "nuxt",
    "parcel",
    "parcel-bundler",
    "preact-cli",
    "react-scripts",
    "rollup",
    "snowpack",
    "tsup",
    "turbo",
    "typescript",
    "vite",
    "webpack",
]
_PAGES = (".html", ".htm")
_KINDS = ("dependencies", "devDependencies")


def is_built(files: Files) -> bool:
    """Whether what is packed is made by a tool, as far as the layout tells.

    That is so where the manifest stands in `public/` or `static/`, where `app/` holds no source, or no page though there are
    pages elsewhere, or where a `package.json` at
    or above the extension's folder has a build script or asks for a bundler.
    """
    if files.base != files.folder:
        return True
    app = posixpath.join(files.base, "app") + "/"
    packed = [path for path in files.sources if path.startswith(app)]
    pages = [path for path in files.sources if path.lower().endswith(_PAGES)]
    if files.manifest is not None and (not packed or (pages and not any(page.startswith(app) for page in pages))):
        return True
    folder = files.folder
    while True:
        if _builds(files, posixpath.join(folder, "package.json")):
            return True
        if not folder:
            return False
        folder = posixpath.dirname(folder)


def _builds(files: Files, path: str) -> bool:
    if not files.exists(path):
        return False
    try:
        package: Any = json.loads(files.read(path))
    except (OSError, ValueError, RecursionError):
        return True
    if not isinstance(package, dict):
        return False
    scripts = package.get("scripts")
    if isinstance(scripts, dict) and any(name.partition(":")[0] in ("build", "bundle", "compile") for name in scripts):
        return True
    return any(isinstance(names := package.get(kind), dict) and any(tool in names for tool in _TOOLS) for kind in _KINDS)
