"""Find the edits that make dashboards of the source what they have to be, and prove that they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashkit.absorb.boards import PLACES, with_rows_of
from dashkit.absorb.changes import Argument, Change, Kind, Listed, changes
from dashkit.absorb.copy import Copy, reader
from dashkit.absorb.forms import board_of, follows_from_title, layout_of, pinned, said_by, variables_of
from dashkit.absorb.layout import differs, rearrange
from dashkit.absorb.placing import Misplaced, Rearrangement, other_kinds
from dashkit.absorb.regroup import regroup
from dashkit.absorb.site import Part
from dashkit.absorb.traced import Traced
from dashkit.absorb.trials import Form, as_it_is, texts_of, trials
from dashkit.absorb.values import ABSENT, Edits
from dashkit.absorb.ways import Code, anew, ways
from dashkit.absorb.wishes import Key, Wish, distinct, is_amiss, key_of, part_of, said_of, sameness
from dashkit.absorb.worker import compiled

Json = dict[str, Any]


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
        texts: the new texts of files, by their paths in the project.
        done: what the dashboards are that come out as they have to, by uid.
        left: what stands in the way of the others.
        notes: what to say about dashboards, and their uids.
    """

    texts: Mapping[str, str]
    done: Mapping[str, Json]
    left: tuple[Left, ...]
    notes: Mapping[str, str] = field(default_factory=dict)


class Search:
    """Looks for the edits of several dashboards at once, in one copy of the project."""

    def __init__(
        self,
        copy: Copy,
        wanted: Mapping[str, Json],
        files: Mapping[str, str] | None = None,
        form: Form = as_it_is,
        report: Callable[[int], None] = lambda tries: None,
    ) -> None:
        """Compile the project and record its calls.

        Args:
            wanted: the documents to make, as the compiler writes them, by uid.
            files: the texts that the files of some of these get, which are no modules.
            form: formats modules.
            report: is told how often the project was compiled.
        """
        self._wanted, self._files, self._form = wanted, files or {}, form
        self._compiled = trials(copy, lambda: compiled(copy.sources, wanted), report)
        self._traced = compiled(copy.sources, wanted, trace=True)
        self.project = Code(self._traced, reader(copy, self._traced.constants))
        code = [uid for uid in wanted if self._traced.dashboards[uid].file not in self._files]
        self._old = {uid: board_of(uid, self._traced.dashboards[uid].spec) for uid in code}
        self._new = {uid: with_rows_of(board_of(uid, wanted[uid]), self._old[uid]) for uid in code}
        self._said = {uid: said_by(uid, spec) for uid, spec in wanted.items()}
        self._pins: dict[str, Mapping[int, str | int]] = {}

    def run(self) -> Found:
        """Return what was found."""
        wishes = [wish for uid in self._wanted for wish in self._wishes(uid)]
        alike: dict[str, set[Part]] = {}
        for wish in wishes:
            alike.setdefault(sameness(wish.change), set()).add(part_of(wish))
        for wish in wishes:
            if wish.change is not None and not isinstance(wish.change, Misplaced):
                same = frozenset(alike[sameness(wish.change)])
                wish.ways = distinct(ways(wish.change, same, self.project))
                self._add_anew(wish, wish.change)
        self._repair(wishes)
        return self._result(wishes)

    def _wishes(self, uid: str) -> Iterator[Wish]:
        if uid not in self._old:
            return
        dashboard, old, new = self._traced.dashboards[uid], self._old[uid], self._new[uid]
        for change in changes(uid, old, new, dashboard, self._traced):
            yield Wish(uid, key_of(uid, change), change)
        self._pins[uid] = pinned(uid, dashboard.spec, self._wanted[uid])
        for number, key in self._pins[uid].items():
            part = (uid, f"panel {number}")
            change = Argument(part, dashboard.panels.get(number), f"panel {number}", "key", ABSENT, key)
            yield Wish(uid, key_of(uid, change), change)
        found = self._rearranged(uid)
        if found is not None:
            layout = (uid, "layout", "")
            yield Wish(uid, layout, found) if isinstance(found, Misplaced) else Wish(uid, layout, None, [found])

    def _add_anew(self, wish: Wish, change: Change) -> None:
        """Let a panel be written anew if nothing else does."""
        kind, _, number = change.part[1].partition(" ")
        call = self._new[wish.uid].panels.get(int(number)) if kind == "panel" and number.isdigit() else None
        if call is None or isinstance(change, Listed) or change.part[1] == "dashboard" or wish.key[2] in PLACES:
            return
        dashboard = self._traced.dashboards[wish.uid]
        place = dashboard.said.get(int(number), {})
        said = {name: place[key] for name, key in (("width", "w"), ("height", "h")) if key in place}
        key = self._pins[wish.uid].get(int(number))
        if key is not None or not follows_from_title(dashboard.spec, int(number)):
            said["key"] = int(number) if key is None else key
        wish.anew = len(wish.ways)
        wish.ways += distinct(anew(self.project.site(change.record, frozenset({change.part})), call, said))

    def _rearranged(self, uid: str) -> Edits | Misplaced | None:
        """Return the edits that put everything in its place; None if it is there."""
        dashboard, wanted = self._traced.dashboards[uid], self._wanted[uid]
        old, new = self._old[uid], self._new[uid]
        one = Rearrangement(dashboard, self.project, old, new, variables_of(uid, wanted), wanted)
        if new.groups is not None:
            return regroup(one) if layout_of(uid, dashboard.spec) != layout_of(uid, wanted) else None
        moved = bool(differs(old, new))
        if not moved and not other_kinds(old.rows, new.rows):
            return None
        found = rearrange(one)
        # A panel of another kind may stand where it stood without a word about it.
        return found if moved or (found and not isinstance(found, Misplaced)) else None

    def _repair(self, wishes: list[Wish]) -> None:
        """Try the first way of each change, then others where one does not do."""
        while True:
            missing = self._missing(wishes)
            if missing is None:
                self._one_by_one(wishes)
                return
            again = [wish for wish in wishes if wish.at + 1 < len(wish.ways) and is_amiss(wish, missing)]
            if not again:
                return
            for wish in again:
                wish.at += 1

    def _one_by_one(self, wishes: list[Wish]) -> None:
        """Find out which of the changes breaks something, by making one after another."""
        suspects = self._suspects(wishes)
        chosen = [wish for wish in wishes if wish not in suspects]
        # With another title, a panel keeps its id by its key only.
        for wish in sorted(suspects, key=lambda one: one.key[2] != "key"):
            before = self._missing(chosen)
            for at in range(len(wish.ways)):
                wish.at = at
                after = self._missing([*chosen, wish])
                if after is not None and wish.key not in after and (before is None or after <= before):
                    chosen.append(wish)
                    break
            else:
                wish.at = len(wish.ways)

    def _suspects(self, wishes: list[Wish]) -> list[Wish]:
        """Return the changes of which one broke something, as far as can be told; all if the others do, too."""
        made = self._compiled(self._texts(wishes))
        files = {where.partition(":")[0] for where, _ in made.failures}
        found = [
            wish for wish in wishes
            if wish.uid not in made.digests or any(edit.source.path in files for edit in wish.edits)
        ]  # fmt: skip
        rest = [wish for wish in wishes if wish not in found]
        return wishes if not found or self._missing(rest) is None else found

    def _texts(self, wishes: Iterable[Wish], done: Iterable[str] | None = None) -> dict[str, str]:
        uids = self._wanted if done is None else done
        files = {self._traced.dashboards[uid].file for uid in uids}
        own = {path: text for path, text in self._files.items() if path in files}
        return own | texts_of((wish.edits for wish in wishes), self._form)

    def _missing(self, wishes: Iterable[Wish]) -> set[Key] | None:
        """Return what is not as it has to be after some edits; None if they break anything."""
        made = self._compiled(self._texts(wishes))
        return None if self._broken(made) else {key for uid in self._wanted for key in self._keys(uid, made)}

    def _broken(self, made: Traced) -> bool:
        others = {name: digest for name, digest in self._traced.digests.items() if name not in self._wanted}
        now = {name: digest for name, digest in made.digests.items() if name not in self._wanted}
        return (
            now != others
            or len(made.failures) > len(self._traced.failures)
            or not self._wanted.keys() <= made.digests.keys()
        )

    def _keys(self, uid: str, made: Traced) -> Iterator[Key]:
        spec = made.dashboards[uid].spec
        if said_by(uid, spec) == self._said[uid] or uid not in self._old:
            return
        board = board_of(uid, spec)
        for change in changes(uid, board, self._new[uid], self._traced.dashboards[uid], self._traced):
            yield key_of(uid, change)
        moved = differs(board, self._new[uid]) if board.groups is None else []
        if moved or layout_of(uid, spec) != layout_of(uid, self._wanted[uid]):
            yield uid, "layout", ""
        for number in self._new[uid].panels.keys() - board.panels.keys():
            yield uid, f"panel {number}", "key"

    def _result(self, wishes: list[Wish]) -> Found:
        """Take the dashboards that come out right, and prove them together."""
        done, made = set(self._wanted), self._traced
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
            self._left(wish) for wish in wishes
            if wish.uid not in done and (wish.key in missing or wish.at >= len(wish.ways))
        ]  # fmt: skip
        # Where each change was made, and something else came of it, all of them are to be told.
        told = {one.uid for one in left}
        left += [self._left(wish) for wish in wishes if wish.uid not in done and wish.uid not in told]
        texts = self._texts((wish for wish in wishes if wish.uid in done), done)
        notes = {
            f"{wish.change.what} is written anew: the call that made it cannot say its {said_of(wish.change)}": wish.uid
            for wish in wishes
            if wish.uid in done
            and wish.anew is not None
            and wish.at >= wish.anew
            and isinstance(wish.change, Argument | Kind)
        }
        return Found(texts, {uid: made.dashboards[uid].spec for uid in sorted(done)}, tuple(left), notes)

    def _left(self, wish: Wish) -> Left:
        made = self._traced.record_of(wish.uid)
        elsewhere = Misplaced("", "the code that was tried puts some of them elsewhere", made.number if made else None)
        return Left(wish.uid, wish.change if wish.change is not None else elsewhere)

    def _same(self, uid: str, made: Traced) -> bool:
        return said_by(uid, made.dashboards[uid].spec) == self._said[uid]

    def _broken_but(self, made: Traced, done: set[str]) -> bool:
        """Return whether anything but the dashboards that were meant is another one now."""
        return {k: v for k, v in made.digests.items() if k not in done} != {
            k: v for k, v in self._traced.digests.items() if k not in done
        }
