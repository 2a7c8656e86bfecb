"""Quote the line of source that a problem points to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from dashkit.model.problem import Problem

#: A longer line is that of a minified file.
_LONGEST_LINE = 500


def with_excerpts(problems: Iterable[Problem], root: Path) -> Iterator[Problem]:
    """Yield the problems, each with its line of source unless it quotes a query already.

    Only the lines of one file are in memory: problems of a file should follow each other.
    """

    @lru_cache(maxsize=1)
    def lines(path: str) -> list[str]:
        try:
            return (root / path).read_bytes().decode("utf-8-sig", errors="replace").split("\n")
        except OSError:
            return []

    for problem in problems:
        number = problem.location.line
        if problem.excerpt or not number or number > len(lines(problem.location.path)):
            yield problem
            continue
        line = lines(problem.location.path)[number - 1].strip()
        # Of a file without line breaks, its beginning would say nothing.
        minified = len(line) > _LONGEST_LINE and problem.pointer
        yield replace(problem, excerpt=problem.pointer if minified else line.rstrip(",([{ "))
