"""Programs as real extensions write them (`data/programs.txt`): what is marked in them is found there, and nothing else."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from analysis_help import found, lint_files, page, read_marks

PROGRAMS = Path(__file__).parent / "data" / "programs.txt"
SECONDS = 5
"""What the slowest of the programs, written to be slow, may take."""


def read_programs() -> Iterator[tuple[str, dict[str, str]]]:
    """The programs by name, each as its files with marks."""
    for part in re.split(r"^#### ", PROGRAMS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head, _, body = part.partition("\n")
        name, _, path = head.partition(" ")
        path = path or "app/a.js"
        chunks = re.split(r"^=== (\S+)\n", body, flags=re.MULTILINE)
        files = {path: chunks[0], **dict(zip(chunks[1::2], chunks[2::2], strict=True))}
        if path.endswith("js") and not any(other.endswith(".html") for other in files):
            files["app/a.html"] = page(path.removeprefix("app/"))
        yield name, files


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in read_programs()])
def test_a_program_gives_exactly_the_findings_that_it_marks(files: dict[str, str]) -> None:
    plain, expected = read_marks(files)
    start = time.process_time()
    result = lint_files(plain)
    assert found(result) == expected, [f"{f.span.file.path}:{f.span.begin} {f.rule.code} {f.message}" for f in result.findings]
    assert time.process_time() - start < SECONDS
