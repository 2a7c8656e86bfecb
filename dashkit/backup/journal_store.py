"""The journal of pushes and rollbacks as small archives in a store."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashkit.archive.manifest import ArchiveOrigin
from dashkit.archive.read import open_archive
from dashkit.backup.archive_name import archive_name, plain_context, stamp_of
from dashkit.backup.journal import KEPT, Record, keep, push_name, read_record, without
from dashkit.backup.retention import Stamp, of_the_future, retain
from dashkit.backup.stores import Store, open_store
from dashkit.errors import DashkitError, RefusedError
from dashkit.model.item import Ref

#: After the label, of a rollback's own record.
_ROLLBACK = ".rollback"


@dataclass(frozen=True, slots=True)
class StoreJournal:
    """Where the pushes of a project to a context are kept, which others may share: under their label."""

    store: Store
    label: str

    def names(self, now: datetime) -> list[tuple[str, bool]]:
        """Of all that is kept, newest first, and last what is dated in the future; and whether it is a rollback."""
        rolled = plain_context(self.label + _ROLLBACK)
        ordered = sorted(
            self._stamps(), key=lambda stamp: (not of_the_future(stamp, now), push_name(stamp)), reverse=True
        )
        return [(push_name(stamp), stamp.context == rolled) for stamp in ordered]

    def read(self, name: str, context_url: str, organisation: int) -> Record | None:
        """What was kept under that name; None for nothing.

        `RefusedError` where that push went to another server or organisation.
        """
        archive_of = self._archives()
        if name not in archive_of:
            return None
        with self.store.local(archive_of[name]) as path, open_archive(path) as archive:
            origin = archive.manifest.origin
            if origin.url != context_url or organisation not in origin.organisations:
                raise RefusedError(
                    f"push {name} went to {origin.url}, organisation {', '.join(map(str, origin.organisations))}",
                    where=context_url, hint="the context means another server now",
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
        """Keep what ``record`` makes of a name that nobody else has, a push or a ``rollback``; returns that name.

        `InputError` where it cannot be kept: then nothing is to be written. Of older ones the last twenty stay; one that cannot
        be removed is a warning.
        """
        stands_as = self.label + (_ROLLBACK if rollback else "")
        stamps = self._stamps()
        # Here they follow each other, so that the newest is known; on other machines the mark tells two of one second apart.
        come = [stamp.moment for stamp in stamps if not of_the_future(stamp, now)]
        moment = max([now.replace(microsecond=0), *(moment + timedelta(seconds=1) for moment in come)])
        archive = archive_name(stands_as, moment, mark=secrets.token_hex(2))
        stamp = stamp_of(archive)
        assert stamp is not None, archive
        name = push_name(stamp)
        keep(self.store, record(name), archive, origin, next(iter(origin.organisations)))
        self._tidy([one for one in (*stamps, stamp) if one.context == stamp.context], now, warnings)
        return name

    def settle(self, name: str, untouched: Sequence[Ref]) -> None:
        """Take out of what is kept under that name the objects of which nothing was written after all."""
        archives = self._archives()
        with self.store.local(archives[name]) as path, open_archive(path) as archive:
            origin, record = archive.manifest.origin, read_record(archive)
        keep(
            self.store,
            without(record, untouched),
            archives[name],
            origin,
            next(iter(origin.organisations)),
            replaces=True,
        )

    def _stamps(self) -> list[Stamp]:
        """Of the pushes and the rollbacks, in one listing of the store."""
        labels = {plain_context(label) for label in (self.label, self.label + _ROLLBACK)}
        return [stamp for stamp in self.store.stamps() if stamp.context in labels]

    def _archives(self) -> dict[str, str]:
        return {push_name(stamp): stamp.name for stamp in self._stamps()}

    def _tidy(self, stamps: list[Stamp], now: datetime, warnings: list[str]) -> None:
        try:
            for decision in retain(stamps, KEPT, now, frozenset(stamp.name for stamp in stamps)):
                if not decision.keep:
                    self.store.remove(decision.stamp.name)
        except DashkitError as error:  # an old one too many is no reason not to push
            warnings.append(f"old pushes could not be removed: {error}")


def open_journal(place: str, label: str) -> StoreJournal:
    """At a directory or URL, under the label of a project and context."""
    return StoreJournal(open_store(place), label)
