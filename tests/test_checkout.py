"""What commit is linted, as git's own files say; git itself is not run on a tree that may configure it."""

import subprocess
from pathlib import Path

import pytest

from sigmalint.checkout import read_checkout


def git(folder: Path, *args: str) -> str:
    settings = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main")
    done = subprocess.run(["git", *settings, *args], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "r")
    folder = tmp_path / "r"
    git(folder, "commit", "--allow-empty", "-m", "x")
    git(folder, "remote", "add", "origin", "https://user:secret@github.com/o/r.git")
    return folder


def test_repository_commit_and_branch_are_known_and_credentials_are_not_shown(repository: Path) -> None:
    head = git(repository, "rev-parse", "HEAD")
    assert read_checkout(str(repository)) == ("https://github.com/o/r", head, "main")
    git(repository, "pack-refs", "--all")
    assert read_checkout(str(repository)) == ("https://github.com/o/r", head, "main")
    git(repository, "checkout", "--detach")
    assert read_checkout(str(repository)) == ("https://github.com/o/r", head, None)


def test_a_worktree_has_its_own_branch(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", str(tmp_path / "w"), "-b", "feature/x")
    checkout = read_checkout(str(tmp_path / "w"))
    assert checkout is not None
    assert checkout.branch == "feature/x"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("git@github.com:o/r.git", "https://github.com/o/r"),
        ("ssh://git@github.com:22/o/r.git/", "https://github.com/o/r"),
        ("http://localhost:3000/o/r", "http://localhost:3000/o/r"),
        ("/srv/r.git", None),
        ("file:///srv/r.git", None),
        ("https://[bad/x", None),
    ],
)
def test_addresses_are_those_that_people_open(repository: Path, url: str, address: str | None) -> None:
    git(repository, "remote", "set-url", "origin", url)
    checkout = read_checkout(str(repository))
    assert (checkout and checkout.repository) == address


def test_odd_repositories_are_none(tmp_path: Path) -> None:
    assert read_checkout(str(tmp_path)) is None
    (tmp_path / ".git").write_text("gitdir: ../../../etc\0")
    assert read_checkout(str(tmp_path)) is None
    (tmp_path / ".git").unlink()
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_text('[remote "origin"]\n\turl = https://github.com/o/r\n')
    for head in ("", "ref: refs/heads/none", "ref: refs/../../../etc/passwd", "x" * 40):
        (tmp_path / ".git/HEAD").write_text(head)
        assert read_checkout(str(tmp_path)) is None
