"""Read an organisation into an archive, kind by kind; one that fails leaves the rest going."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashkit.archive.manifest import KindReport
from dashkit.archive.write import Writer
from dashkit.backup.protocol import BackupSource
from dashkit.errors import ServerError
from dashkit.model.item import Limits
from dashkit.model.kinds import Kind

Progress = Callable[[Kind], None]
_DENIED, _ABSENT = (401, 403), 404


def collect(
    source: BackupSource,
    kinds: Sequence[Kind],
    writer: Writer,
    *,
    limits: Limits,
    asked: frozenset[str] = frozenset(),
    progress: Progress = lambda kind: None,
) -> list[KindReport]:
    """Add all objects of ``kinds`` to the archive; returns how it went, in the order of ``kinds``.

    ``asked`` are the kinds that the person named: of those, none may be out of reach.

    Raises:
        InputError: the archive cannot be written.
    """
    organisation = source.organisation[0]
    # What refers first: something made in between is there then, rather than missing.
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
                progress(kind)
            else:
                again += 1
        after = source.count(kind.name)
        why = source.unseen(kind.name)
    except ServerError as error:
        why, excused = _reason(error, kind)
        return KindReport(organisation, kind.name, found, why=why, failure=not excused or kind.name in asked)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        # An answer of another shape than any that was seen: one kind is lost, and said, and the others go on.
        why = f"the server answered oddly ({type(error).__name__}: {error})"
        return KindReport(organisation, kind.name, found, why=why, failure=True)
    if not why and before is not None and after is not None and not _between(before, found, after):
        why = f"{found} were read, but the server says that there are {after}"
    if not why and again and before is None:
        # A list in pages may show one twice while people are at work; but then its count tells whether all were read.
        why = f"{again} more of the same name were left out"
    return KindReport(organisation, kind.name, found, after, why, failure=bool(why))


def _between(before: int, found: int, after: int) -> bool:
    """Whether a number may be right on a server where people are at work."""
    return min(before, after) <= found <= max(before, after)


def _reason(error: ServerError, kind: Kind) -> tuple[str, bool]:
    """Why a kind was not read, and whether that lies in the nature of the credential or the server."""
    if kind.server and error.status in _DENIED:
        return "out of reach: it takes the log-in of a server admin (user and password)", True
    if kind.optional and error.status == _ABSENT:
        return "this server does not serve them", True
    hint = " (this needs the role Admin)" if error.status in _DENIED else ""
    return f"{error.message}{hint}", False
