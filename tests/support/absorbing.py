"""Edits that people make in Grafana, taken back into modules: without a server, the wanted document is what other code makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit.absorb.copy import Copy, copied
from dashkit.absorb.search import Found, Search
from dashkit.absorb.worker import compiled
from dashkit.compiler.compile import Sources, compile_document
from dashkit.document.normalise import Origin

Json = dict[str, Any]


@dataclass(frozen=True)
class Absorbed:
    """What a search found, and how often it compiled the project."""

    found: Found
    search: Search
    before: Mapping[str, str]

    @property
    def texts(self) -> dict[str, str]:
        """The texts of all files afterwards."""
        return {**self.before, **self.found.texts}


def write(folder: Path, files: Mapping[str, str]) -> Sources:
    """Write the modules of a project, byte by byte."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    return Sources(folder, (folder / "dashboards",))


def documents(copy: Copy, files: Mapping[str, str], uids: Iterable[str]) -> dict[str, Json]:
    """What other texts of the files make."""
    with copy.with_files(files):
        made = compiled(copy.sources, uids)
    problems = [str(one) for one in made.failures]
    assert not problems, problems[:3]
    return {uid: one.spec for uid, one in made.dashboards.items()}


def absorb(folder: Path, before: Mapping[str, str], wanted: Mapping[str, str], *uids: str) -> Absorbed:
    """Search for what makes the dashboards of ``before`` those of ``wanted``."""
    with copied(write(folder, before)) as copy:
        search = Search(copy, documents(copy, wanted, uids))
        return Absorbed(search.run(), search, before)


def absorb_edit(folder: Path, before: Mapping[str, str], edit: Callable[[Json], None], uid: str = "t") -> Absorbed:
    """Search for what makes a dashboard that somebody edited."""
    with copied(write(folder, before)) as copy:
        spec = deepcopy(documents(copy, {}, [uid])[uid])
        edit(spec)
        search = Search(copy, {uid: compile_document(spec, Origin.FILE).spec})
        return Absorbed(search.run(), search, before)
