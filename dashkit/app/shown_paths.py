"""Show files as the user named them, and select which of them were asked for."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from pathlib import Path

from dashkit.app.contents import STDIN
from dashkit.compiler.compile import Failure, shown_path
from dashkit.model.dashboard import Location
from dashkit.model.problem import Problem


class ShownPaths:
    """The paths of a command line, and the places (see `dashkit.app.contents.Reader`) of files relative to them."""

    def __init__(self, root: Path, paths: tuple[str, ...]) -> None:
        self._root = root
        self._all = not paths
        # A symbolic link matches by its own name and by that of its target.
        self._given = [(path, given) for path in paths if path != "-" for given in _both_names(Path(path))]
        self._stdin = "-" in paths
        self._found = cache(self._find)

    def selects(self, place: str) -> bool:
        """Return whether a file is one of those named, or below one."""
        return self._all or self._found(place)[1]

    def path(self, place: str) -> str:
        """Return the path as the user named it, else relative to the working directory."""
        return self._found(place)[0]

    def problem(self, problem: Problem) -> Problem:
        path = self.path(problem.location.path)
        if path == problem.location.path:
            return problem
        return replace(problem, location=Location(path, problem.location.line))

    def failure(self, failure: Failure) -> Failure:
        place = failure.path
        if place and failure.where.startswith(place):
            return replace(failure, where=self.path(place) + failure.where.removeprefix(place))
        return failure

    def _find(self, place: str) -> tuple[str, bool]:
        if place in ("", STDIN):
            return place, self._stdin and place == STDIN
        file = self._root / place
        names = _both_names(file)
        for text, given in self._given:
            for name in names:
                if name == given:
                    return text, True
                if given in name.parents:
                    return str(Path(text) / name.relative_to(given)), True
        return shown_path(file, Path.cwd()), False


def _both_names(path: Path) -> tuple[Path, ...]:
    return tuple(dict.fromkeys((path.resolve(), Path(os.path.abspath(path)))))
