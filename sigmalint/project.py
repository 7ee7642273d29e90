"""Finds the extensions below the given paths and the files of each, and reads bytes. Parses nothing.

Paths inside this module are absolute with forward slashes, except where they are called *reported*: those are relative to
the report's root. Symbolic links are not followed into folders (what they lead to is found where it stands, or is none of
the tree's business), so a walk ends and a file is linted once.
"""

import os
import stat
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from sigmalint.archive import Archive, RefusedArchive
from sigmalint.errors import UserError
from sigmalint.patterns import Patterns
from sigmalint.result import Skipped
from sigmalint.sources.script import COMPONENTS, LANGUAGES
from sigmalint.sources.text import SourceFile

MANIFEST = "plugin-manifest.json"
LARGEST = 20_000_000
"""Files of more bytes are not read."""

_PAGES = (".html", ".htm")
_SUFFIXES = frozenset((*_PAGES, *LANGUAGES, *COMPONENTS, ".json"))
_TEXT_SUFFIXES = frozenset((".css", ".env", ".pem", ".key", ".p8", ".pk8", ".ppk", ".properties", ".ini"))
_KEY_FILES = frozenset(("id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", ".npmrc", ".netrc", ".pypirc", ".htpasswd"))
_LEFT_OUT = frozenset(("node_modules", ".git", "dist"))
_PUBLIC = frozenset(("public", "static"))


class NoSuchPath(UserError):
    """A path that was named does not exist, or is neither a file nor a folder."""


def stamp(path: str) -> Hashable:
    """What is different once a file was written again; None where there is no file."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


@dataclass(frozen=True, slots=True)
class Platform:
    """What tells an extension of the platform from anything else.

    `needles` are byte strings of which a page or script that uses an SDK contains one; `looks_like_extension` judges the
    text of a `plugin-manifest.json`.
    """

    needles: tuple[bytes, ...]
    looks_like_extension: Callable[[str], bool]

    def named_in(self, data: bytes) -> bool:
        """Whether a file names an SDK."""
        return any(needle in data for needle in self.needles)


class Disk:
    """The files below a root, by reported path. Nothing outside of the `bounds` (folders) is read, links included.

    `overlay` has, by absolute path, what files are to be taken for, whether or not they exist: unsaved, or just fixed.
    """

    def __init__(self, root: str, bounds: Iterable[str], overlay: Mapping[str, bytes] = MappingProxyType({})) -> None:
        self.root = root
        self.overlay = overlay
        self._bounds = tuple(os.path.realpath(bound) for bound in bounds)
        self._names: dict[str, frozenset[str]] = {}
        self._kept: dict[str, tuple[Hashable, bytes]] = {}

    def report(self, path: str) -> str:
        """The reported path of an absolute one; the root itself is the empty string."""
        return _reported(path, self.root)

    def locate(self, reported: str) -> str:
        """The absolute path of a reported one."""
        return _slashes(os.path.normpath(os.path.join(self.root, reported)))

    def inside(self, path: str) -> bool:
        """Whether a path, links followed, stays inside the bounds."""
        real = os.path.realpath(path)
        return any(real == bound or real.startswith(os.path.join(bound, "")) for bound in self._bounds)

    def read(self, path: str) -> bytes:
        """The bytes of a file; OSError where it cannot be read, is too large, no plain file, or out of bounds."""
        if path in self.overlay:
            return self.overlay[path]
        known, data = self._kept.pop(path, (None, b""))
        if known is not None and known == stamp(path):
            return data
        try:
            if not self.inside(path):
                raise PermissionError(f"{path} leads out of the linted folder")
            status = os.stat(path)
        except ValueError as error:
            raise FileNotFoundError(str(error)) from None
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a plain file")
        if status.st_size > LARGEST:
            raise OSError(f"larger than {LARGEST // 1_000_000} MB")
        with open(path, "rb") as file:
            return file.read()

    def keep(self, path: str, data: bytes) -> None:
        """Have the next `read` of a file give these bytes, which were read already, unless the file has changed since."""
        self._kept[path] = stamp(path), data

    def exists(self, path: str) -> bool:
        """Whether there is a plain file whose path is spelt exactly so."""
        if path in self.overlay:
            return True
        try:
            if not (os.path.isfile(path) and self.inside(path)):
                return False
        except ValueError:
            return False
        folder, name = os.path.split(path)
        while name in self.names(folder) and folder != self.root:
            folder, name = os.path.split(folder)
        return name == "" or name in self.names(folder)

    def names(self, folder: str) -> frozenset[str]:
        """The names in a folder; none where it cannot be listed."""
        if folder not in self._names:
            try:
                self._names[folder] = frozenset(os.listdir(folder))
            except OSError:
                self._names[folder] = frozenset()
        return self._names[folder]

    def below(self, folder: str) -> Iterator[str]:
        """Every plain file below a folder, links not followed; none where there is no such folder."""
        for current, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
            for name in sorted(names):
                path = _slashes(os.path.join(current, name))
                if not os.path.islink(path):
                    yield path

    def size(self, path: str) -> int:
        """The size of a file in bytes; 0 where that cannot be told."""
        try:
            return os.path.getsize(path)
        except OSError:
            return 0

    def know(self, folder: str, names: frozenset[str]) -> None:
        """Take in a folder's names from a walk."""
        self._names[folder] = names


class ExtensionFiles:
    """One extension on disk or in an archive (see `result.Files`)."""

    def __init__(
        self,
        disk: Disk | Archive,
        folder: str,
        base: str,
        manifest: str | None,
        sources: Iterable[str],
        excluded: Callable[[str, str], bool] = lambda folder, path: False,
    ) -> None:
        self._disk = disk
        self.folder = disk.report(folder)
        self.base = disk.report(base)
        self.manifest = None if manifest is None else disk.report(manifest)
        self.sources: Sequence[str] = sorted(map(disk.report, sources))
        self._excluded = excluded

    @property
    def texts(self) -> Sequence[str]:
        """The other files of `app/` that may hold credentials: styles, environment and key files, also those that version
        control ignores, because they are packed all the same."""
        top = self._disk.locate(f"{self.base}/app" if self.base else "app")
        found = [self._disk.report(path) for path in self._disk.below(top) if _may_hold_secrets(path)]
        return sorted(path for path in found if not self._excluded(self.folder, path))

    def packed(self) -> Iterator[tuple[str, int]]:
        """The files below `app/`, which are packed, each with its size in bytes."""
        top = self._disk.locate(f"{self.base}/app" if self.base else "app")
        return ((self._disk.report(path), self._disk.size(path)) for path in self._disk.below(top))

    def __repr__(self) -> str:
        return f"ExtensionFiles({self.folder!r}, manifest={self.manifest!r}, {len(self.sources)} sources)"

    def read(self, path: str) -> bytes:
        """The bytes of a file of the extension; OSError where it cannot be read."""
        return self._disk.read(self._disk.locate(path))

    def exists(self, path: str) -> bool:
        """Whether the extension has a file of exactly this path."""
        return self._disk.exists(self._disk.locate(path))


@dataclass(slots=True, kw_only=True)
class Project:
    """What was found.

    `extensions` are sorted by folder. `skipped` are files and folders (these end in `/`) of extensions that are not linted,
    `passed_over` those of no extension; `refused` are archives that are not read. `named` are the absolute paths that were
    asked for.
    """

    root: str
    extensions: list[ExtensionFiles] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    passed_over: list[Skipped] = field(default_factory=list)
    refused: list[Skipped] = field(default_factory=list)
    named: tuple[str, ...] = ()

    def locate(self, path: str) -> str:
        """The absolute path of a reported one."""
        return _slashes(os.path.normpath(os.path.join(self.root, path)))

    def report(self, path: str) -> str:
        """The reported path of an absolute one."""
        return _reported(path, self.root)

    def is_named(self, path: str) -> bool:
        """Whether findings in a file are asked for: it was named, or a folder above it."""
        absolute = self.locate(path)
        return any(_below(absolute, named) for named in self.named)


def default_root(paths: Sequence[Path], working: str | None = None) -> str:
    """What reported paths are relative to: the top of the git checkout of what is linted, else the working folder if all of
    it lies there, else the folder that holds all of it; where that is inside an extension, the folder of its manifest.

    `working` stands for the process's working folder.
    """
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in map(_absolute, paths)]
    working = _absolute(os.curdir) if working is None else working
    try:
        common = _slashes(os.path.commonpath(folders))
    except ValueError:
        return working
    if (git := _git_top(common)) is not None:
        return git
    top = working if _below(common, working) else common
    return extension_around(top) or top


def extension_around(folder: str) -> str | None:
    """The nearest folder with a manifest, of one and those above it; None where there is none."""
    return next((above for above in _upwards(folder) if any(map(os.path.isfile, _manifests(above)))), None)


def find_extensions(
    paths: Sequence[Path],
    root: str,
    platform: Platform,
    excluded: Callable[[str, str], bool] = lambda folder, path: False,
    *,
    overlay: Mapping[str, bytes] = MappingProxyType({}),
    ignore_files: bool = True,
) -> Project:
    """The extensions in the given files and folders, and around them.

    A page or script belongs to the nearest manifest above it. Those without one are linted only if they name an SDK; they
    form one extension per topmost folder, below the given ones, that neither is nor holds an extension with a manifest.
    `excluded(folder, path)` says of a file (reported path) of the extension in `folder` (reported) that the configuration
    leaves it out. `overlay` has what files are to be taken for (see `Disk`), by absolute path; without `ignore_files` no
    `.gitignore` counts. A `.zip` is read in memory. NoSuchPath names a path that is not there.
    """
    root = _absolute(root)
    named = [_absolute(path) for path in paths]
    project = Project(root=root, named=tuple(named))
    tops = []
    archives = []
    for path in named:
        if not os.path.isdir(path) and not os.path.isfile(path) and path not in overlay:
            raise NoSuchPath(f'"{path}" is neither a file nor a folder')
        if _is_archive(path):
            archives.append(path)
        else:
            tops.append(_top(path, platform))
    disk = Disk(root, {root if _below(top, root) else top for top in tops}, overlay)
    walk = _Walk(disk, ignore_files=ignore_files)
    for folder in sorted({*tops, *filter(os.path.isdir, named)}, key=lambda folder: (folder.count("/"), folder)):
        walk.run(folder)
    for path in named:
        if not os.path.isdir(path) and path not in archives:
            walk.add_named(path)
    walk.add_new(overlay)
    _gather(project, disk, walk, platform, excluded)
    for path in dict.fromkeys(archives):
        try:
            archive = Archive(path, root, _SUFFIXES)
        except RefusedArchive as error:
            project.refused.append(Skipped(disk.report(path), str(error)))
        else:
            _gather(project, archive, _Listing(archive, path), platform, excluded)
    project.extensions.sort(key=lambda extension: extension.folder)
    project.skipped.sort()
    project.passed_over.sort()
    return project


def _gather(
    project: Project,
    disk: "Disk | Archive",
    walk: "_Walk | _Listing",
    platform: Platform,
    excluded: Callable[[str, str], bool],
) -> None:
    """Add the extensions of what was walked to a project."""
    sorting = _Sorting(disk, walk, platform)
    skipped = [Skipped(disk.report(path), reason) for path, reason in walk.skipped]
    for home, files in sorted(sorting.groups().items()):
        folder = disk.report(home)
        left_out = {path for path in files if excluded(folder, disk.report(path))}
        skipped += [Skipped(disk.report(path), "excluded by the configuration") for path in left_out]
        kept = [path for path in files if path not in left_out]
        manifest = sorting.homes.get(home)
        if manifest is None:
            kept = sorting.that_name_an_sdk(kept)
        extension = ExtensionFiles(
            disk, home, home if manifest is None else os.path.dirname(manifest), manifest, kept, excluded
        )
        if any(map(project.is_named, extension.sources)):
            project.extensions.append(extension)
    folders = [extension.folder for extension in project.extensions]
    for item in skipped:
        ours = project.is_named(item.path) and any(_below(item.path, folder) for folder in folders)
        (project.skipped if ours else project.passed_over).append(item)
    project.passed_over += [Skipped(disk.report(path), reason) for path, reason in sorting.passed_over]


class _Listing:
    """Every file of interest in an archive, as `_Walk` has those of folders."""

    def __init__(self, archive: Archive, path: str) -> None:
        self.tops = {path}
        self.files: dict[str, None] = dict(archive.files)
        self.manifests = {name: None for name in archive.files if os.path.basename(name) == MANIFEST}
        self.skipped = archive.skipped


class _Walk:
    """Every file of interest below some folders, each folder listed once."""

    def __init__(self, disk: Disk, *, ignore_files: bool = True) -> None:
        self._disk = disk
        self._ignore_files = ignore_files
        self._visited: set[str] = set()
        self._links: list[str] = []
        self.tops: set[str] = set()
        self.files: dict[str, None] = {}
        self.manifests: dict[str, None] = {}
        self.skipped: list[Skipped] = []

    def run(self, top: str) -> None:
        """Walk a folder, as far as that was not done."""
        self.tops.add(top)
        stack = [(top, os.path.realpath(top), _ignoring_above(top) if self._ignore_files else ())]
        while stack:
            folder, real, ignoring = stack.pop()
            if real in self._visited:
                continue
            self._visited.add(real)
            try:
                with os.scandir(folder) as listing:
                    entries = sorted(listing, key=lambda entry: entry.name)
            except OSError as error:
                self.skipped.append(Skipped(folder + "/", f"cannot be read: {error.strerror}"))
                continue
            names = frozenset(entry.name for entry in entries)
            self._disk.know(folder, names)
            if ".gitignore" in names and self._ignore_files:
                ignoring = (*ignoring, _ignore_file(folder, f"{folder}/.gitignore"))
            for entry in entries:
                path = f"{folder.rstrip('/')}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    if self._is_walked(path, entry.name, ignoring):
                        stack.append((path, os.path.join(real, entry.name), ignoring))
                elif os.path.splitext(entry.name)[1].lower() in _SUFFIXES:
                    self._add(entry, path, ignoring)
                elif entry.is_symlink() and os.path.isdir(path):
                    self.skipped.append(Skipped(path + "/", "symbolic link to a folder"))
        self._follow_links()

    def _is_walked(self, path: str, name: str, ignoring: "_Ignoring") -> bool:
        if name in _LEFT_OUT:
            if name != ".git":
                self.skipped.append(Skipped(path + "/", f"{name} is left out unless named"))
            return False
        if _is_ignored(path + "/", ignoring):
            self.skipped.append(Skipped(path + "/", "ignored by .gitignore"))
            return False
        return True

    def _add(self, entry: "os.DirEntry[str]", path: str, ignoring: "_Ignoring") -> None:
        if entry.name == MANIFEST and entry.is_file() and self._disk.inside(path):
            self.manifests[path] = None
        elif _is_ignored(path, ignoring):
            self.skipped.append(Skipped(path, "ignored by .gitignore"))
            return
        try:
            if entry.is_symlink():
                self._links.append(path)
            elif not entry.is_file():
                self.skipped.append(Skipped(path, "not a plain file"))
            elif entry.stat().st_size > LARGEST:
                self.skipped.append(Skipped(path, f"larger than {LARGEST // 1_000_000} MB"))
            else:
                self.files[path] = None
        except OSError as error:
            self.skipped.append(Skipped(path, f"cannot be read: {error.strerror}"))

    def _follow_links(self) -> None:
        """A link to a file is that file, where the file itself was not found."""
        found = {os.path.realpath(path) for path in self.files} if self._links else set()
        for path in self._links:
            real = os.path.realpath(path)
            if not self._disk.inside(path):
                self.skipped.append(Skipped(path, "symbolic link out of the linted folder"))
            elif not os.path.isfile(real) or os.path.getsize(real) > LARGEST:
                self.skipped.append(Skipped(path, "symbolic link to no file that can be read"))
            elif real not in found:
                found.add(real)
                self.files[path] = None
        self._links.clear()

    def add_named(self, path: str) -> None:
        """Add a file that was named, though it may be ignored or in a folder that is left out."""
        if os.path.splitext(path)[1].lower() not in _SUFFIXES:
            self.skipped.append(Skipped(path, "neither a page nor a script nor a manifest"))
        elif path in self._disk.overlay or os.path.getsize(path) <= LARGEST:
            self.files[path] = None
            if os.path.basename(path) == MANIFEST:
                self.manifests[path] = None
            self.skipped = [skipped for skipped in self.skipped if skipped.path != path]

    def add_new(self, paths: Iterable[str]) -> None:
        """Add files of interest that are not on the disk yet, where their folder was walked, or would be once it is there."""
        for path in paths:
            folder, name = os.path.split(path)
            while not (os.path.lexists(folder) or os.path.basename(folder) in _LEFT_OUT):
                folder = os.path.dirname(folder)
            if os.path.splitext(name)[1].lower() in _SUFFIXES and folder in self._visited and not os.path.lexists(path):
                self.files[path] = None
                if name == MANIFEST:
                    self.manifests[path] = None


class _Sorting:
    """Which file belongs to which extension."""

    def __init__(self, disk: Disk | Archive, walk: _Walk | _Listing, platform: Platform) -> None:
        self._disk = disk
        self._walk = walk
        self._platform = platform
        self.passed_over: list[Skipped] = []
        self.homes = self._find_homes()
        """The folder of each extension that has a manifest, and that manifest."""

    def groups(self) -> dict[str, list[str]]:
        """The files of each extension, by its folder: those with a manifest, and those of files without one."""
        groups: dict[str, list[str]] = {home: [] for home in self.homes}
        loose: list[str] = []
        for path, home in _owners(self._walk.files, self.homes):
            if home is not None:
                groups[home].append(path)
            elif not path.endswith(".json"):
                loose.append(path)
        holders = {above for home in self.homes for above in _upwards(home)}
        for path in loose:
            top = os.path.dirname(path)
            while top not in self._walk.tops and os.path.dirname(top) not in holders and top != os.path.dirname(top):
                top = os.path.dirname(top)
            groups.setdefault(top, []).append(path)
        return groups

    def that_name_an_sdk(self, paths: Iterable[str]) -> list[str]:
        """Those of the files that name an SDK; they are read here, and not again."""
        named = []
        for path in paths:
            data = self._read(path)
            if data is not None and self._platform.named_in(data):
                self._disk.keep(path, data)
                named.append(path)
            else:
                self.passed_over.append(Skipped(path, "no manifest above it, and no SDK in it"))
        return named

    def _find_homes(self) -> dict[str, str]:
        """Manifests that are the platform's by their text, or by a page or script below them that names an SDK."""
        doubtful: set[str] = set()
        for path in self._walk.manifests:
            data = self._read(path)
            if data is not None:
                self._disk.keep(path, data)
            if data is None or not self._platform.looks_like_extension(SourceFile.decode(path, data).text):
                doubtful.add(path)
        homes = self._homes(self._walk.manifests)
        unproven = {home for home, manifest in homes.items() if manifest in doubtful}
        if unproven:
            for path, home in _owners(self._walk.files, homes):
                if home in unproven and not path.endswith(".json"):
                    data = self._read(path)
                    if data is not None and self._platform.named_in(data):
                        unproven.discard(home)
        for home in unproven:
            self.passed_over.append(Skipped(homes[home], "not the manifest of an extension"))
            self._walk.files.pop(homes[home], None)
        return self._homes([manifest for home, manifest in homes.items() if home not in unproven])

    def _homes(self, manifests: Collection[str]) -> dict[str, str]:
        """The folder that each manifest declares: its own, or that of the `package.json` above a manifest in `public/`.

        Two manifests cannot declare one folder: there each declares the folder around `public/`, or else its own.
        """
        own = {os.path.dirname(manifest) for manifest in manifests}
        homes: dict[str, str] = {}
        wishes = {manifest: self._package_above(os.path.dirname(manifest)) for manifest in manifests}
        while wishes:
            claims = Counter(wishes.values())
            refused = {}
            for manifest, folder in wishes.items():
                public = os.path.dirname(manifest)
                if folder == public or (claims[folder] == 1 and folder not in own and folder not in homes):
                    homes[folder] = manifest
                else:
                    around = os.path.dirname(public)
                    refused[manifest] = public if folder == around else around
            wishes = refused
        return homes

    def _package_above(self, folder: str) -> str:
        """For `public/`, the nearest folder above with a `package.json`, up to the top of the checkout, or else of the walk;
        any other folder as it is."""
        if os.path.basename(folder) not in _PUBLIC:
            return folder
        for above in _upwards(os.path.dirname(folder)):
            names = self._disk.names(above)
            if "package.json" in names:
                return above
            if ".git" in names or (above in self._walk.tops and _git_top(above) is None):
                break
        return folder

    def _read(self, path: str) -> bytes | None:
        try:
            return self._disk.read(path)
        except OSError:
            return None


_Ignoring = tuple[Patterns, ...]


def _is_ignored(path: str, ignoring: _Ignoring) -> bool:
    for patterns in reversed(ignoring):
        decision = patterns.decide(path)
        if decision is not None:
            return decision
    return False


def _ignore_file(base: str, path: str) -> Patterns:
    try:
        if os.path.isfile(path):
            with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
                return Patterns(base, file.read(LARGEST).splitlines())
    except OSError:
        pass
    return Patterns(base, ())


def _ignoring_above(top: str) -> _Ignoring:
    """What the ignore files above a folder say, up to the top of the checkout; nothing where they ignore that very folder,
    which is linted because it was named."""
    git = _git_top(top)
    if git is None:
        return ()
    above = [folder for folder in _upwards(top) if _below(folder, git)][::-1]
    ignoring: _Ignoring = (_ignore_file(git, f"{git}/.git/info/exclude"),)
    for folder, inner in pairwise(above):
        ignoring = (*ignoring, _ignore_file(folder, f"{folder}/.gitignore"))
        if _is_ignored(inner + "/", ignoring):
            return ()
    return ignoring


def _top(path: str, platform: Platform) -> str:
    """The folder to walk for a path: that of the extension around it, else the path itself or its folder.

    A manifest that does not look like the platform's may still be it (pages below it decide), unless one further up does.
    """
    own = path if os.path.isdir(path) else os.path.dirname(path)
    while not os.path.isdir(own):
        own = os.path.dirname(own)
    git = _git_top(own)
    doubtful = own
    for folder in _upwards(own):
        for manifest in _manifests(folder):
            if not os.path.isfile(manifest):
                continue
            try:
                with open(manifest, "rb") as file:
                    text = SourceFile.decode(manifest, file.read(LARGEST)).text
            except OSError:
                text = ""
            if platform.looks_like_extension(text):
                return folder
            if doubtful == own:
                doubtful = folder
        if folder == git:
            break
    return doubtful


def _manifests(folder: str) -> Iterator[str]:
    """Where the manifest of an extension in a folder may be."""
    yield f"{folder}/{MANIFEST}"
    yield from (f"{folder}/{public}/{MANIFEST}" for public in sorted(_PUBLIC))


def _owners(paths: Iterable[str], homes: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """Each file with the nearest of the folders above it."""
    nearest: dict[str, str | None] = {}
    for path in paths:
        folder = os.path.dirname(path)
        passed = []
        for above in _upwards(folder):
            if above in nearest:
                break
            passed.append(above)
            if above in homes:
                nearest[above] = above
                break
        owner = nearest.get(above)
        nearest.update(dict.fromkeys(passed, owner))
        yield path, owner


def _upwards(folder: str) -> Iterator[str]:
    """A folder and those above it, nearest first."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _git_top(folder: str) -> str | None:
    return next((above for above in _upwards(folder) if os.path.exists(f"{above}/.git")), None)


def _reported(path: str, root: str) -> str:
    if path == root:
        return ""
    if path.startswith(root.rstrip("/") + "/"):
        return path[len(root.rstrip("/")) + 1 :]
    return _slashes(os.path.relpath(path, root))


def _is_archive(path: str) -> bool:
    return path.lower().endswith(".zip") and os.path.isfile(path)


def _below(path: str, folder: str) -> bool:
    return folder == "" or path == folder or path.startswith(folder.rstrip("/") + "/")


def _may_hold_secrets(path: str) -> bool:
    name = os.path.basename(path)
    return name.startswith(".env") or name in _KEY_FILES or os.path.splitext(name)[1].lower() in _TEXT_SUFFIXES


def _absolute(path: str | Path) -> str:
    return _slashes(os.path.abspath(path))


def _slashes(path: str) -> str:
    return path if os.sep == "/" else path.replace(os.sep, "/")
