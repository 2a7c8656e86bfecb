"""Read an organisation into an archive, kind by kind. If one kind fails, the others are still read."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashkit.archive.manifest import KindReport
from dashkit.archive.write import Writer
from dashkit.backup.protocol import BackupSource
from dashkit.errors import ServerError
from dashkit.model.item import Limits
from dashkit.model.kinds import Kind

Progress = Callable[[Kind, int, int | None], None]
"""Called with a kind, how many of it were added, and how many the server counts, if it does."""
_DENIED, _ABSENT = (401, 403), 404


def collect(
    source: BackupSource,
    kinds: Sequence[Kind],
    writer: Writer,
    *,
    limits: Limits,
    asked: frozenset[str] = frozenset(),
    progress: Progress = lambda *_: None,
) -> list[KindReport]:
    """Add all objects of ``kinds`` to the archive.

    Args:
        asked: the kinds that the user named. If one of those is out of reach, that is a failure.
        progress: called for each object that was added.

    Returns:
        How it went, in the order of ``kinds``.

    Raises:
        InputError: the archive cannot be written.
    """
    organisation = source.organisation[0]
    # Objects before those that they refer to: then something created in between is present rather than missing.
    reports = [_one(source, organisation, kind, writer, limits, asked, progress) for kind in reversed(kinds)]
    return reports[::-1]


def _one(
    source: BackupSource,
    organisation: int,
    kind: Kind,
    writer: Writer,
    limits: Limits,
    asked: frozenset[str],
    progress: Progress,
) -> KindReport:
    found = again = 0
    try:
        before = source.count(kind.name)
        for item in source.items(kind.name, limits):
            if writer.add(organisation, item):
                found += 1
                progress(kind, found, before)
            else:
                again += 1
        after = source.count(kind.name)
        why = source.unseen(kind.name)
    except ServerError as error:
        why, excused = _reason(error, kind)
        return KindReport(organisation, kind.name, found, why=why, failure=not excused or kind.name in asked)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        # An answer of an unknown form costs this kind, which is reported, but not the others.
        why = f"unexpected answer from the server ({type(error).__name__}: {error})"
        return KindReport(organisation, kind.name, found, why=why, failure=True)
    if not why and before is not None and after is not None and not _between(before, found, after):
        why = f"{found} were read, but the server reports {after}"
    if not why and again and before is None:
        # While people are working, a paged list may repeat an object. If there is a count, it shows whether all were read.
        why = f"{again} more with the same name were left out"
    return KindReport(organisation, kind.name, found, after, why, failure=bool(why))


def _between(before: int, found: int, after: int) -> bool:
    """Return whether a number can be right on a server that people are working on."""
    return min(before, after) <= found <= max(before, after)


def _reason(error: ServerError, kind: Kind) -> tuple[str, bool]:
    """Return why a kind was not read, and whether this kind of credential, or this server, can never provide it."""
    if kind.server and error.status in _DENIED:
        return "out of reach: it needs the login of a server admin (user and password)", True
    if kind.optional and error.status == _ABSENT:
        return "this server does not serve them", True
    hint = " (this needs the role Admin)" if error.status in _DENIED else ""
    return f"{error.message}{hint}", False
