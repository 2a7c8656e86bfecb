"""Make edits in a copy of a project, and see what it makes then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from dashkit.absorb.copy import Copy
from dashkit.absorb.edits import Edit, edited
from dashkit.absorb.source import Source
from dashkit.absorb.traced import Traced
from dashkit.absorb.values import Edits
from dashkit.absorb.wishes import fingerprint

Form = Callable[[str, str, str], str]
"""Formats the text of a module, given its path and the text before the edits, too."""


def as_it_is(path: str, before: str, after: str) -> str:
    """Leave the form of a module to the edits."""
    return after


def texts_of(ways: Iterable[Edits], form: Form) -> dict[str, str]:
    """Return the texts of files after edits. Changes that are made by the same edit make it once."""
    edits: dict[str, Edit] = {}
    for way in ways:
        for edit in way:
            edits.setdefault(fingerprint(edit), edit)
    sources: dict[str, Source] = {edit.source.path: edit.source for edit in edits.values()}
    return {path: form(path, one.text, edited(one, edits.values())) for path, one in sources.items()}


def trials(
    copy: Copy, compile_copy: Callable[[], Traced], report: Callable[[int], None]
) -> Callable[[Mapping[str, str]], Traced]:
    """Return a function that compiles the project with other texts in some files. The same texts are compiled once.

    Args:
        report: is told how often the project was compiled.
    """
    made: dict[tuple[tuple[str, str], ...], Traced] = {}

    def compiled(texts: Mapping[str, str]) -> Traced:
        key = tuple(sorted(texts.items()))
        if key not in made:
            report(len(made) + 1)
            with copy.with_files(texts):
                made[key] = compile_copy()
        return made[key]

    return compiled
