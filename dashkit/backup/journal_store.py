"""The journal of pushes and rollbacks as small archives in a store."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dashkit.archive.manifest import ArchiveOrigin
from dashkit.archive.read import open_archive
from dashkit.backup.archive_name import archive_name, plain_context, stamp_of
from dashkit.backup.journal import KEPT, Record, keep, push_name, read_record, without
from dashkit.backup.retention import Stamp, of_the_future, retain
from dashkit.backup.stores import Store, open_store
from dashkit.errors import DashkitError, InputError, RefusedError
from dashkit.model.item import Ref

#: Follows the label in the archive of a rollback.
_ROLLBACK = ".rollback"


@dataclass(frozen=True, slots=True)
class StoreJournal:
    """The pushes and rollbacks of one project and context, found by their label in a store that others may share."""

    store: Store
    label: str
    #: Archives by name of the push, as listed so far. Listing once is enough, since an archive is never renamed.
    _archives: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    def names(self, now: datetime) -> list[tuple[str, bool]]:
        """Return the names of all records, newest first and those from the future last, and whether each is a rollback."""
        rolled = plain_context(self.label + _ROLLBACK)
        ordered = sorted(
            self._stamps(), key=lambda stamp: (not of_the_future(stamp, now), push_name(stamp)), reverse=True
        )
        return [(push_name(stamp), stamp.context == rolled) for stamp in ordered]

    def read(self, name: str, context_url: str, organisation: int) -> Record | None:
        """Return the record with that name, None if there is none.

        Raises:
            RefusedError: that push went to another server or organisation.
        """
        if (archive_of := self._archive(name)) is None:
            return None
        with self.store.local(archive_of) as path, open_archive(path) as archive:
            origin = archive.manifest.origin
            if origin.url != context_url or organisation not in origin.organisations:
                raise RefusedError(
                    f"push {name} went to {origin.url}, organisation {', '.join(map(str, origin.organisations))}",
                    where=context_url, hint="the context now points to another server",
                )  # fmt: skip
            return read_record(archive)

    def keep(
        self,
        record: Callable[[str], Record],
        origin: ArchiveOrigin,
        now: datetime,
        warnings: list[str],
        *,
        rollback: bool = False,
    ) -> str:
        """Save a record under a new name, and return that name. The last twenty records are kept.

        Args:
            record: makes the record, given its name.
            warnings: gets one if an older record cannot be removed.
            rollback: whether it is the record of a rollback.

        Raises:
            InputError: it cannot be saved. Then nothing must be written.
        """
        stamps = self._stamps()
        # On one machine each is later than the one before, so that the newest is known. Between machines the mark
        # distinguishes records of the same second.
        past = (stamp.moment for stamp in stamps if not of_the_future(stamp, now))
        moment = max([now.replace(microsecond=0), *(moment + timedelta(seconds=1) for moment in past)])
        archive = archive_name(self.label + (_ROLLBACK if rollback else ""), moment, mark=secrets.token_hex(2))
        stamp = stamp_of(archive)
        assert stamp is not None, archive
        name = push_name(stamp)
        keep(self.store, record(name), archive, origin, next(iter(origin.organisations)))
        self._archives[name] = archive
        self._tidy([one for one in (*stamps, stamp) if one.context == stamp.context], now, warnings)
        return name

    def settle(self, name: str, untouched: Sequence[Ref]) -> None:
        """Remove the objects from a record of which nothing was written after all."""
        archive_of = self._archive(name)
        if archive_of is None:
            raise InputError(f"there is no record of push {name}", where=self.store.where)
        with self.store.local(archive_of) as path, open_archive(path) as archive:
            origin, record = archive.manifest.origin, read_record(archive)
        rest = without(record, untouched)
        keep(self.store, rest, archive_of, origin, next(iter(origin.organisations)), replaces=True)

    def _stamps(self) -> list[Stamp]:
        """List the pushes and the rollbacks in the store."""
        labels = {plain_context(label) for label in (self.label, self.label + _ROLLBACK)}
        stamps = [stamp for stamp in self.store.stamps() if stamp.context in labels]
        self._archives.update({push_name(stamp): stamp.name for stamp in stamps})
        return stamps

    def _archive(self, name: str) -> str | None:
        if name not in self._archives:
            self._stamps()
        return self._archives.get(name)

    def _tidy(self, stamps: list[Stamp], now: datetime, warnings: list[str]) -> None:
        try:
            for decision in retain(stamps, KEPT, now, frozenset(stamp.name for stamp in stamps)):
                if not decision.keep:
                    self.store.remove(decision.stamp.name)
                    self._archives.pop(push_name(decision.stamp), None)
        except DashkitError as error:  # one old record too many is no reason not to push
            warnings.append(f"old pushes could not be removed: {error}")


def open_journal(place: str, label: str) -> StoreJournal:
    """Open the journal in a directory or at a URL, for the label of a project and context."""
    return StoreJournal(open_store(place), label)
