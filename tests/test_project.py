"""Which extensions and files a run finds."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sigmalint.project import ExtensionFiles, NoSuchPath, Platform, Project, default_root, find_extensions

PLATFORM = Platform((b"SigmaSDK",), lambda text: '"service"' in text)
MANIFEST = '{"service": "WRITER"}'
SDK_PAGE = "<script>SigmaSDK.WRITER.init()</script>"

Tree = Callable[[dict[str, str]], Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def find(root: Path, *paths: str, excluded: Callable[[str, str], bool] = lambda folder, path: False) -> Project:
    return find_extensions([root / path for path in paths or (".",)], str(root), PLATFORM, excluded)


def sources(project: Project) -> dict[str, list[str]]:
    return {extension.folder: list(extension.sources) for extension in project.extensions}


def skipped(project: Project) -> dict[str, str]:
    return dict(project.skipped)


class TestExtensions:
    def test_a_page_belongs_to_the_nearest_manifest_above_it(self, tree: Tree) -> None:
        root = tree(
            {
                "a/plugin-manifest.json": MANIFEST,
                "a/app/widget.html": "",
                "a/inner/plugin-manifest.json": MANIFEST,
                "a/inner/app/inner.html": "",
                "b/plugin-manifest.json": MANIFEST,
                "b/app/b.js": "",
                "b/app/b.css": "",
            }
        )
        assert sources(find(root)) == {
            "a": ["a/app/widget.html", "a/plugin-manifest.json"],
            "a/inner": ["a/inner/app/inner.html", "a/inner/plugin-manifest.json"],
            "b": ["b/app/b.js", "b/plugin-manifest.json"],
        }

    def test_every_kind_of_page_script_and_json_is_a_source(self, tree: Tree) -> None:
        names = ["a.HTM", "a.cjs", "a.cts", "a.html", "a.js", "a.json", "a.jsx", "a.mjs", "a.mts", "a.ts", "a.tsx"]
        root = tree({"plugin-manifest.json": MANIFEST, **dict.fromkeys(names, ""), "a.css": "", "a.txt": "", "html": ""})
        assert sources(find(root)) == {"": [*names, "plugin-manifest.json"]}

    def test_the_manifest_is_that_of_the_folder(self, tree: Tree) -> None:
        (extension,) = find(tree({"x/plugin-manifest.json": MANIFEST})).extensions
        assert (extension.folder, extension.base, extension.manifest) == ("x", "x", "x/plugin-manifest.json")

    def test_files_without_a_manifest_count_only_where_they_name_the_sdk(self, tree: Tree) -> None:
        root = tree({"page.html": SDK_PAGE, "js/other.js": "alert(1)", "js/app.js": "SigmaSDK.WRITER", "data.json": "SigmaSDK"})
        project = find(root)
        assert sources(project) == {"": ["js/app.js", "page.html"]}
        assert project.extensions[0].manifest is None
        assert project.skipped == []
        assert [item.path for item in project.passed_over] == ["js/other.js"]

    def test_files_without_a_manifest_beside_extensions_are_apart_from_each_other(self, tree: Tree) -> None:
        root = tree({"a/plugin-manifest.json": MANIFEST, "b/app/b.html": SDK_PAGE, "c/app/c.html": SDK_PAGE})
        assert list(sources(find(root))) == ["a", "b", "c"]

    def test_a_page_that_was_read_for_its_sdk_is_not_read_again(self, tree: Tree) -> None:
        root = tree({"page.html": SDK_PAGE})
        times = os.stat(root / "page.html").st_mtime_ns
        (extension,) = find(root).extensions
        (root / "page.html").write_text(SDK_PAGE.swapcase())
        os.utime(root / "page.html", ns=(times, times))
        assert extension.read("page.html") == SDK_PAGE.encode()

    def test_a_page_that_was_read_for_its_sdk_is_read_again_when_it_was_written_since(self, tree: Tree) -> None:
        root = tree({"page.html": SDK_PAGE})
        (extension,) = find(root).extensions
        (root / "page.html").write_text("<p>")
        assert extension.read("page.html") == b"<p>"

    def test_a_tree_without_extension_gives_none(self, tree: Tree) -> None:
        assert find(tree({"index.html": "<p>", "a.js": ""})).extensions == []


class TestManifests:
    def test_a_manifest_of_another_system_is_passed_over(self, tree: Tree) -> None:
        root = tree({"plugin-manifest.json": MANIFEST, "server/plugin-manifest.json": "[]", "server/web.html": ""})
        project = find(root)
        assert sources(project) == {"": ["plugin-manifest.json", "server/web.html"]}
        assert project.passed_over == [("server/plugin-manifest.json", "not the manifest of an extension")]

    def test_a_manifest_that_looks_like_none_is_one_when_a_page_below_names_the_sdk(self, tree: Tree) -> None:
        root = tree({"plugin-manifest.json": "{", "app/widget.html": SDK_PAGE})
        assert sources(find(root)) == {"": ["app/widget.html", "plugin-manifest.json"]}

    @pytest.mark.parametrize("public", ["public", "static"])
    def test_a_manifest_in_public_declares_the_folder_of_the_package_json(self, tree: Tree, public: str) -> None:
        root = tree(
            {"w/package.json": "{}", f"w/{public}/plugin-manifest.json": MANIFEST, "w/src/main.ts": "", "w/index.html": ""}
        )
        (extension,) = find(root).extensions
        assert (extension.folder, extension.base, extension.manifest) == (
            "w",
            f"w/{public}",
            f"w/{public}/plugin-manifest.json",
        )
        assert set(extension.sources) == {"w/index.html", "w/package.json", f"w/{public}/plugin-manifest.json", "w/src/main.ts"}

    def test_the_package_json_may_stand_further_up(self, tree: Tree) -> None:
        root = tree({"package.json": "{}", "client/public/plugin-manifest.json": MANIFEST, "shared/a.ts": ""})
        assert list(sources(find(root))) == [""]

    def test_two_public_manifests_below_one_package_json_declare_the_folders_around_public(self, tree: Tree) -> None:
        root = tree(
            {"package.json": "{}", **{f"{name}/public/plugin-manifest.json": MANIFEST for name in "ab"}, "a/src/a.js": ""}
        )
        assert sources(find(root)) == {
            "a": ["a/public/plugin-manifest.json", "a/src/a.js"],
            "b": ["b/public/plugin-manifest.json"],
        }

    def test_a_copy_in_public_leaves_the_folder_to_the_manifest_there(self, tree: Tree) -> None:
        root = tree(
            {"package.json": "{}", "plugin-manifest.json": MANIFEST, "public/plugin-manifest.json": MANIFEST, "a.js": ""}
        )
        assert {extension.folder: extension.manifest for extension in find(root).extensions} == {
            "": "plugin-manifest.json",
            "public": "public/plugin-manifest.json",
        }

    def test_public_folders_inside_each_other_keep_their_own(self, tree: Tree) -> None:
        root = tree(
            {"package.json": "{}", "public/plugin-manifest.json": MANIFEST, "public/public/plugin-manifest.json": MANIFEST}
        )
        assert sorted(sources(find(root))) == ["public", "public/public"]

    def test_public_without_a_package_json_is_a_folder_like_any_other(self, tree: Tree) -> None:
        assert list(sources(find(tree({"public/plugin-manifest.json": MANIFEST})))) == ["public"]


EXTENSION = {
    "x/plugin-manifest.json": MANIFEST,
    "x/app/one.html": "",
    "x/app/two.html": "",
    "x/dist/built.html": "",
    "x/node_modules/m/m.js": "",
}


class TestNamedPaths:
    def test_a_file_brings_the_extension_around_it_and_limits_what_is_reported(self, tree: Tree) -> None:
        project = find(tree(EXTENSION), "x/app/one.html")
        assert sources(project) == {"x": ["x/app/one.html", "x/app/two.html", "x/plugin-manifest.json"]}
        assert [path for path in project.extensions[0].sources if project.is_named(path)] == ["x/app/one.html"]

    def test_a_folder_inside_an_extension_does_the_same(self, tree: Tree) -> None:
        project = find(tree(EXTENSION), "x/app")
        assert sources(project) == {"x": ["x/app/one.html", "x/app/two.html", "x/plugin-manifest.json"]}
        assert not project.is_named("x/plugin-manifest.json")

    def test_a_file_of_an_inner_extension_does_not_bring_the_outer_ones(self, tree: Tree) -> None:
        root = tree({**EXTENSION, "y/plugin-manifest.json": MANIFEST})
        assert list(sources(find(root, "x/app/one.html"))) == ["x"]

    def test_dist_and_node_modules_are_left_out_unless_named(self, tree: Tree) -> None:
        root = tree(EXTENSION)
        assert skipped(find(root, "x")) == {
            "x/dist/": "dist is left out unless named",
            "x/node_modules/": "node_modules is left out unless named",
        }
        assert "x/dist/built.html" in sources(find(root, "x/dist"))["x"]
        assert "x/dist/built.html" in sources(find(root, "x/dist/built.html"))["x"]

    def test_overlapping_paths_give_each_extension_once(self, tree: Tree) -> None:
        root = tree(EXTENSION)
        project = find(root, "x/app/one.html", "x", ".", "x")
        assert list(sources(project)) == ["x"]
        assert project.is_named("x/app/two.html")

    def test_a_path_above_the_root_covers_the_root(self, tree: Tree) -> None:
        root = tree(EXTENSION)
        project = find_extensions([root], str(root / "x"), PLATFORM)
        assert project.extensions[0].folder == ""
        assert project.is_named("app/one.html")

    def test_a_path_outside_the_root_is_reported_by_way_of_its_parent(self, tree: Tree) -> None:
        root = tree({**EXTENSION, "r/a.txt": ""})
        (extension,) = find_extensions([root / "x"], str(root / "r"), PLATFORM).extensions
        assert extension.manifest == "../x/plugin-manifest.json"
        assert extension.read("../x/plugin-manifest.json") == MANIFEST.encode()

    def test_a_path_that_is_not_there_is_an_error(self, tree: Tree) -> None:
        with pytest.raises(NoSuchPath, match=r'nowhere" is neither a file nor a folder'):
            find(tree({}), "nowhere")


class TestIgnoreFiles:
    def test_nested_ignore_files_count_and_the_deeper_one_decides(self, tree: Tree) -> None:
        root = tree(
            {
                "plugin-manifest.json": MANIFEST,
                ".gitignore": "*.gen.js\n/build/\n",
                "a.gen.js": "",
                "build/b.js": "",
                "app/.gitignore": "!keep.gen.js\nlocal.html\n",
                "app/keep.gen.js": "",
                "app/local.html": "",
            }
        )
        project = find(root)
        assert sources(project) == {"": ["app/keep.gen.js", "plugin-manifest.json"]}
        assert skipped(project) == dict.fromkeys(["a.gen.js", "app/local.html", "build/"], "ignored by .gitignore")

    def test_those_above_count_up_to_the_top_of_the_checkout_and_no_further(self, tree: Tree) -> None:
        files = {"x/app/a.html": "", "x/app/b.html": "", "x/app/c.html": ""}
        root = tree({".gitignore": "c.html", "repo/.git/info/exclude": "a.html", "repo/.gitignore": "b.html"})
        tree({f"repo/{name}": text for name, text in (*files.items(), ("x/plugin-manifest.json", MANIFEST))})
        assert sources(find(root, "repo/x")) == {"repo/x": ["repo/x/app/c.html", "repo/x/plugin-manifest.json"]}

    def test_an_ignored_folder_that_is_named_is_linted(self, tree: Tree) -> None:
        root = tree({".git/HEAD": "", ".gitignore": "out/", "out/x/plugin-manifest.json": MANIFEST, "out/x/a.js": ""})
        assert sources(find(root)) == {}
        assert sources(find(root, "out/x")) == {"out/x": ["out/x/a.js", "out/x/plugin-manifest.json"]}

    def test_an_ignored_file_that_is_named_is_linted(self, tree: Tree) -> None:
        root = tree({".gitignore": "a.js", "plugin-manifest.json": MANIFEST, "a.js": ""})
        project = find(root, "a.js")
        assert sources(project) == {"": ["a.js", "plugin-manifest.json"]}
        assert project.skipped == []

    def test_a_manifest_counts_also_where_it_is_ignored(self, tree: Tree) -> None:
        root = tree({".gitignore": "*.json", "plugin-manifest.json": MANIFEST, "a.js": ""})
        assert sources(find(root)) == {"": ["a.js", "plugin-manifest.json"]}

    def test_faulty_and_hostile_patterns_do_no_harm(self, tree: Tree) -> None:
        lines = ["!", "\\", "[z-a]", "*a*a*a*a*a*a*a*a*b", "**/" * 40 + "x", "a.js"]
        root = tree({".gitignore": "\n".join(lines), "plugin-manifest.json": MANIFEST, "a.js": "", "a" * 200 + ".js": ""})
        assert sources(find(root)) == {"": ["a" * 200 + ".js", "plugin-manifest.json"]}

    def test_what_the_configuration_excludes_is_skipped(self, tree: Tree) -> None:
        root = tree({"x/plugin-manifest.json": MANIFEST, "x/a.js": "", "x/b.js": "", "y/plugin-manifest.json": MANIFEST})
        project = find(root, excluded=lambda folder, path: folder == "y" or path == "x/b.js")
        assert sources(project) == {"x": ["x/a.js", "x/plugin-manifest.json"]}
        assert project.skipped == [("x/b.js", "excluded by the configuration")]


class TestLinks:
    def test_loops_end_and_every_file_is_found_once(self, tree: Tree) -> None:
        root = tree({"plugin-manifest.json": MANIFEST, "app/a.js": ""})
        (root / "app/loop").symlink_to(root)
        (root / "again.js").symlink_to("app/a.js")
        project = find(root)
        assert sources(project) == {"": ["app/a.js", "plugin-manifest.json"]}
        assert skipped(project) == {"app/loop/": "symbolic link to a folder"}
        assert project.extensions[0].read("again.js") == b""

    def test_a_link_to_a_file_that_is_not_linted_is_that_file(self, tree: Tree) -> None:
        root = tree({"plugin-manifest.json": MANIFEST, "node_modules/m/m.js": "m"})
        (root / "m.js").symlink_to("node_modules/m/m.js")
        assert sources(find(root)) == {"": ["m.js", "plugin-manifest.json"]}

    def test_nothing_outside_of_the_linted_folder_is_read(self, tree: Tree) -> None:
        root = tree({"secret.js": "secret", "x/plugin-manifest.json": MANIFEST})
        (root / "x/a.js").symlink_to(root / "secret.js")
        project = find_extensions([root / "x"], str(root / "x"), PLATFORM)
        assert skipped(project) == {"a.js": "symbolic link out of the linted folder"}
        (extension,) = project.extensions
        for path in ("a.js", "../secret.js", "app/../../secret.js"):
            assert not extension.exists(path)
            with pytest.raises(OSError, match="leads out of"):
                extension.read(path)

    def test_a_linked_manifest_is_the_folders_manifest(self, tree: Tree) -> None:
        root = tree({"a/plugin-manifest.json": MANIFEST, "b/b.js": ""})
        (root / "b/plugin-manifest.json").symlink_to("../a/plugin-manifest.json")
        assert {extension.folder: extension.manifest for extension in find(root).extensions} == {
            "a": "a/plugin-manifest.json",
            "b": "b/plugin-manifest.json",
        }


class TestReading:
    @pytest.fixture
    def extension(self, tree: Tree) -> ExtensionFiles:
        return find(tree({"x/plugin-manifest.json": MANIFEST, "x/app/Lib.js": "1"}), "x").extensions[0]

    def test_a_file_exists_by_its_exact_path_only(self, extension: ExtensionFiles) -> None:
        assert extension.exists("x/app/Lib.js")
        assert extension.exists("x/app/../app/Lib.js")
        for path in ("x/app/lib.js", "x/App/Lib.js", "x/app", "x/none.js", "x/a\0.js", "x/\ud800.js", ""):
            assert not extension.exists(path)

    @pytest.mark.parametrize("path", ["x/none.js", "x/app", "x/a\0b.js", "x/\ud800.js", "x/" + "a" * 5000])
    def test_what_cannot_be_read_is_an_os_error(self, extension: ExtensionFiles, path: str) -> None:
        with pytest.raises(OSError):  # noqa: PT011
            extension.read(path)

    def test_a_pipe_is_not_waited_for(self, tree: Tree) -> None:
        root = tree({"plugin-manifest.json": MANIFEST})
        os.mkfifo(root / "a.js")
        project = find(root)
        assert skipped(project) == {"a.js": "not a plain file"}
        with pytest.raises(OSError, match="not a plain file"):
            project.extensions[0].read("a.js")

    def test_an_absurdly_large_file_is_skipped(self, tree: Tree) -> None:
        root = tree({"plugin-manifest.json": MANIFEST, "a.js": ""})
        os.truncate(root / "a.js", 20_000_001)
        project = find(root)
        assert skipped(project) == {"a.js": "larger than 20 MB"}
        with pytest.raises(OSError, match="larger than 20 MB"):
            project.extensions[0].read("a.js")

    def test_deeply_nested_folders_end_where_the_system_ends(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        root = tree({"plugin-manifest.json": MANIFEST})
        monkeypatch.chdir(root)
        for _ in range(30):
            os.mkdir("d" * 250)
            os.chdir("d" * 250)
        project = find(root)
        assert sources(project) == {"": ["plugin-manifest.json"]}
        assert list(skipped(project).values()) == ["cannot be read: File name too long"]


class TestRoot:
    def test_it_is_the_top_of_the_checkout_around_what_is_linted(self, tree: Tree) -> None:
        root = tree({"repo/.git/HEAD": "", "repo/x/a.html": "", "repo/y/b.html": ""})
        assert default_root([root / "repo/x/a.html", root / "repo/y"]) == str(root / "repo")

    def test_else_the_working_folder(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        root = tree({"w/x/a.html": ""})
        monkeypatch.chdir(root / "w")
        assert default_root([Path("x")]) == str(root / "w")

    def test_else_the_folder_that_holds_all_of_it(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        root = tree({"w/x": "", "t/a/a.html": "", "t/b/b.html": ""})
        monkeypatch.chdir(root / "w")
        assert default_root([root / "t/a", root / "t/b/b.html"]) == str(root / "t")

    def test_else_the_folder_of_the_manifest_above_it(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        root = tree({"w/x": "", "t/plugin-manifest.json": "{}", "t/app/a.html": ""})
        monkeypatch.chdir(root / "w")
        assert default_root([root / "t/app/a.html"]) == str(root / "t")

    def test_or_of_the_manifest_above_the_working_folder(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        root = tree({"t/plugin-manifest.json": "{}", "t/app/a.html": ""})
        monkeypatch.chdir(root / "t/app")
        assert default_root([Path("a.html")]) == str(root / "t")

    def test_also_where_the_manifest_is_in_the_folder_of_what_a_tool_copies(
        self, tree: Tree, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = tree({"t/public/plugin-manifest.json": "{}", "t/src/a.html": ""})
        monkeypatch.chdir(root / "t/src")
        assert default_root([Path("a.html")]) == str(root / "t")

    def test_another_folder_may_stand_for_the_working_folder(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        root = tree({"w/x/a.html": ""})
        monkeypatch.chdir(root / "w")
        assert default_root([root / "w/x"], str(root / "w/x")) == str(root / "w/x")
