"""Find the edits that make dashboards of the source what they have to be, and prove that they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashkit import _json
from dashkit.absorb.boards import Board, keys, read_board
from dashkit.absorb.changes import Argument, Change, Kind, Listed, changes
from dashkit.absorb.copy import Copy
from dashkit.absorb.edits import Edit, edited
from dashkit.absorb.layout import Misplaced, Rearrangement, differs, rearrange
from dashkit.absorb.reshape import ABSENT, Edits
from dashkit.absorb.site import Part
from dashkit.absorb.source import Source
from dashkit.absorb.traced import Traced
from dashkit.absorb.ways import Code, ways, whole
from dashkit.absorb.worker import compiled
from dashkit.document.walk import entries
from dashkit.importer.code import expression
from dashkit.model.panel_id import panel_id, panel_ids
from dashkit.quiet.canonical import canonical

Json = dict[str, Any]
Key = tuple[str, str, str]
"""The uid of a dashboard, what of it, and which argument or list."""


@dataclass(frozen=True, slots=True)
class Left:
    """A change that the code does not take.

    Attributes:
        change: what would have to change; for panels that cannot be put in their places, why.
    """

    uid: str
    change: Change | Misplaced | None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found.

    Attributes:
        texts: the new texts of files, by their paths in the project, before they are formatted.
        done: the uids of the dashboards that come out as they have to.
        left: what stands in the way of the others.
    """

    texts: Mapping[str, str]
    done: tuple[str, ...]
    left: tuple[Left, ...]
    traced: Traced


@dataclass(slots=True)
class _Wish:
    """A change, and the ways to make it that are left."""

    uid: str
    key: Key
    change: Change | Misplaced | None
    ways: list[Edits] = field(default_factory=list)
    at: int = 0

    @property
    def edits(self) -> Edits:
        return self.ways[self.at] if self.at < len(self.ways) else ()


class Search:
    """Looks for the edits of several dashboards at once, in one copy of the project."""

    def __init__(
        self, copy: Copy, wanted: Mapping[str, Json], files: Mapping[str, str] | None = None,
        report: Callable[[int], None] = lambda tries: None,
    ) -> None:  # fmt: skip
        """Compile the project and record its calls.

        Args:
            wanted: the documents to make, in canonical form, by uid.
            files: the texts that the files of some of these get, which are no modules.
            report: is told how often the project was compiled.
        """
        self._copy, self._wanted, self._report, self._files = copy, wanted, report, files or {}
        self._traced = compiled(copy.sources, wanted, trace=True)
        self.project = Code(self._traced, copy.reader().read)
        self._old = {uid: read_board(uid, self._traced.dashboards[uid].spec) for uid in wanted}
        self._new = {uid: read_board(uid, spec) for uid, spec in wanted.items()}
        self._tries = 0
        self._made: dict[tuple[tuple[str, str], ...], Traced] = {}

    def run(self) -> Found:
        """Return what was found."""
        wishes = [wish for uid in self._wanted for wish in self._wishes(uid)]
        alike: dict[str, set[Part]] = {}
        for wish in wishes:
            alike.setdefault(_sameness(wish.change), set()).add(_part(wish))
        for wish in wishes:
            if wish.change is not None and not isinstance(wish.change, Misplaced):
                same = frozenset(alike[_sameness(wish.change)])
                wish.ways = distinct(ways(wish.change, same, self.project))
        self._repair(wishes)
        return self._result(wishes)

    def prove(self, texts: Mapping[str, str], uids: Iterable[str]) -> Mapping[str, Json] | None:
        """Return what the project makes of some dashboards with these files; None if that is not what is wanted."""
        made, done = self._compiled(texts), set(uids)
        right = all(uid in made.dashboards and self._same(uid, made) for uid in done) and not self._broken_but(made, done)
        return {uid: made.dashboards[uid].spec for uid in done} if right else None

    def _wishes(self, uid: str) -> Iterator[_Wish]:
        dashboard, old, new = self._traced.dashboards[uid], self._old[uid], self._new[uid]
        if dashboard.file in self._files:
            return
        for change in changes(uid, old, new, dashboard, self._traced):
            yield _Wish(uid, _key(uid, change), change)
        for change in self._pinned(uid):
            yield _Wish(uid, _key(uid, change), change)
        if differs(old, new):
            one = Rearrangement(dashboard, self.project, old, new, entries(self._wanted[uid], "templating"))
            found = rearrange(one)
            key = (uid, "layout", "")
            yield _Wish(uid, key, found) if isinstance(found, Misplaced) else _Wish(uid, key, None, [found])

    def _pinned(self, uid: str) -> Iterator[Argument]:
        """Yield the keys that panels need because their ids would follow from other titles or rows."""
        dashboard = self._traced.dashboards[uid]
        was, now = keys(dashboard.spec), keys(self._wanted[uid])
        of_themselves = {number for number, key in was.items() if _derived(key, number)}
        waiting = [number for number in now if number in of_themselves]
        taken = [number for number in now if number not in of_themselves]
        made = dict(zip(waiting, panel_ids((now[number] for number in waiting), taken), strict=True))
        for number, found in made.items():
            if found != number:
                key: str | int = was[number] if panel_id(was[number]) == number else number
                part = (uid, f"panel {number}")
                yield Argument(part, dashboard.panels.get(number), f"panel {now[number]!r}", "key", ABSENT, key)

    def _repair(self, wishes: list[_Wish]) -> None:
        """Try the first way of each change, then others where one does not do."""
        while True:
            missing = self._missing(wishes)
            if missing is None:
                self._one_by_one(wishes)
                return
            again = [wish for wish in wishes if wish.key in missing and wish.at + 1 < len(wish.ways)]
            if not again:
                return
            for wish in again:
                wish.at += 1

    def _one_by_one(self, wishes: list[_Wish]) -> None:
        """Find out which of the changes breaks something, by making one after another."""
        chosen: list[_Wish] = []
        for wish in wishes:
            before = self._missing(chosen)
            for at in range(len(wish.ways)):
                wish.at = at
                after = self._missing([*chosen, wish])
                if after is not None and wish.key not in after and (before is None or after <= before):
                    chosen.append(wish)
                    break
            else:
                wish.at = len(wish.ways)

    def _texts(self, wishes: Iterable[_Wish], done: Iterable[str] | None = None) -> dict[str, str]:
        uids = self._wanted if done is None else done
        files = {self._traced.dashboards[uid].file for uid in uids}
        edits: dict[str, Edit] = {}
        for wish in wishes:
            for edit in wish.edits:
                edits.setdefault(identity(edit), edit)
        sources: dict[str, Source] = {edit.source.path: edit.source for edit in edits.values()}
        own = {path: text for path, text in self._files.items() if path in files}
        return own | {path: edited(source, edits.values()) for path, source in sources.items()}

    def _missing(self, wishes: Iterable[_Wish]) -> set[Key] | None:
        """Return what is not as it has to be after some edits; None if they break anything."""
        made = self._compiled(self._texts(wishes))
        return None if self._broken(made) else {key for uid in self._wanted for key in self._keys(uid, made)}

    def _compiled(self, texts: Mapping[str, str]) -> Traced:
        """Compile the project with other texts in some files."""
        key = tuple(sorted(texts.items()))
        if key not in self._made:
            self._tries += 1
            self._report(self._tries)
            with self._copy.with_files(texts):
                self._made[key] = compiled(self._copy.sources, self._wanted)
        return self._made[key]

    def _broken(self, made: Traced) -> bool:
        others = {name: digest for name, digest in self._traced.digests.items() if name not in self._wanted}
        now = {name: digest for name, digest in made.digests.items() if name not in self._wanted}
        return now != others or len(made.failures) > len(self._traced.failures) or not self._wanted.keys() <= made.digests.keys()

    def _keys(self, uid: str, made: Traced) -> Iterator[Key]:
        spec = made.dashboards[uid].spec
        if _json.compact(canonical(spec)) == _json.compact(canonical(self._wanted[uid])):
            return
        board = read_board(uid, spec)
        for change in changes(uid, board, self._new[uid], self._traced.dashboards[uid], self._traced):
            yield _key(uid, change)
        if differs(board, self._new[uid]):
            yield uid, "layout", ""
        for number in self._new[uid].panels.keys() - board.panels.keys():
            yield uid, f"panel {number}", "key"

    def _result(self, wishes: list[_Wish]) -> Found:
        """Take the dashboards that come out right, and prove them together."""
        done = set(self._wanted)
        missing: set[Key] = set()
        while done:
            chosen = [wish for wish in wishes if wish.uid in done]
            made = self._compiled(self._texts(chosen, done))
            here = [uid for uid in sorted(done) if uid in made.dashboards]
            missing |= {key for uid in here for key in self._keys(uid, made)}
            right = {uid for uid in here if self._same(uid, made)}
            if right == done and not self._broken_but(made, done):
                break
            done = right if right != done else set()
        left = [
            Left(wish.uid, wish.change) for wish in wishes
            if wish.uid not in done and (wish.key in missing or wish.at >= len(wish.ways))
        ]  # fmt: skip
        texts = self._texts((wish for wish in wishes if wish.uid in done), done)
        return Found(texts, tuple(sorted(done)), tuple(left), self._traced)

    def _same(self, uid: str, made: Traced) -> bool:
        return _json.compact(canonical(made.dashboards[uid].spec)) == _json.compact(canonical(self._wanted[uid]))

    def _broken_but(self, made: Traced, done: set[str]) -> bool:
        """Return whether anything but the dashboards that were meant is another one now."""
        return {k: v for k, v in made.digests.items() if k not in done} != {
            k: v for k, v in self._traced.digests.items() if k not in done
        }


def distinct(found: Iterator[Edits]) -> list[Edits]:
    """Return ways that differ."""
    known: dict[tuple[str, ...], Edits] = {}
    for one in found:
        known.setdefault(tuple(map(identity, one)), one)
    return list(known.values())


def identity(edit: Edit) -> str:
    """Return a text that is the same for edits that do the same."""
    node = getattr(edit, "node", None) or getattr(edit, "call", None) or getattr(edit, "container", None) or getattr(edit, "statement", None)
    more = [getattr(edit, name, None) for name in ("name", "before", "item", "names")]
    code = [part if isinstance(part, str) else id(part.node) for part in getattr(edit, "code", ())]
    return repr((type(edit).__name__, edit.source.path, id(node), [id(one) if hasattr(one, "lineno") else one for one in more], code))


def _key(uid: str, change: Change) -> Key:
    if isinstance(change, Kind):
        return uid, change.part[1], "kind"
    if isinstance(change, Listed):
        return uid, "dashboard", change.name
    return uid, change.part[1], change.name


def _part(wish: _Wish) -> Part:
    return wish.change.part if isinstance(wish.change, Argument | Kind | Listed) else (wish.uid, "layout")


def _sameness(change: Change | Misplaced | None) -> str:
    """Return a text that is equal for changes that are alike, perhaps of several dashboards."""
    if isinstance(change, Argument):
        told = [change.name, *(repr(one) if one is ABSENT else expression(one) for one in (change.old, change.new))]
        return repr((change.part[1].partition(" ")[0], told))
    if isinstance(change, Kind):
        return repr(("kind", expression(change.old), expression(change.new)))
    return repr(id(change))


def _derived(key: str, number: int) -> bool:
    """Return whether an id is what follows from a title and a row."""
    return any(panel_id(key if count == 1 else f"{key}#{count}") == number for count in range(1, 10))
