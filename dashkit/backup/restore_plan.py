"""Plan a restore, object by object. Reads the server, writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from dashkit import _json
from dashkit.archive.manifest import Entry
from dashkit.archive.read import Archive
from dashkit.backup.adapt import Adaptation, adapted
from dashkit.backup.changes import item_changes
from dashkit.backup.pristine import untouched
from dashkit.backup.protocol import BackupSource
from dashkit.backup.secrets import secrets_of
from dashkit.backup.select import Selection
from dashkit.deploy.equality import same_item
from dashkit.deploy.steps import Action, Step
from dashkit.document.diff import Change
from dashkit.errors import ServerError
from dashkit.model.item import Item, Limits, Ref
from dashkit.model.kinds import BY_NAME, Guard
from dashkit.model.paths import readable
from dashkit.model.secret import Secret

#: Whole documents, which are not needed to overwrite an object.
_BULKY = ("spec", "model", "dashboard")
_MOST_CHANGES = 8
#: The kinds whose objects have secrets.
SECRETIVE = ("datasources", "contact-points", "users")


@dataclass(frozen=True, slots=True)
class RestoreStep(Step):
    """What a restore does with one member of the archive, which is read again when it is written.

    Attributes:
        base: what the server has in its place, without whole documents if its version is enough to replace it.
        lacks: for an object that exists already, the secrets that it does not have. An interrupted restore may have created it.
    """

    entry: Entry = field(kw_only=True)
    lacks: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Terms:
    """How to restore.

    Attributes:
        adaptation: how objects change on the way.
        on_conflict: what to do with objects that differ on the server: ``fail``, ``skip`` or ``overwrite``.
        half_made: returns whether an interrupted restore has begun to create an object, by kind and key.
    """

    adaptation: Adaptation
    on_conflict: str
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    half_made: Callable[[str, str], bool] = lambda kind, key: False
    now: datetime | None = None

    @property
    def conflict(self) -> Action:
        """The action for a conflict that is not to be overwritten."""
        return Action.SKIP if self.on_conflict == "skip" else Action.REFUSE


def plan_restore(archive: Archive, selection: Selection, target: BackupSource, terms: Terms) -> list[RestoreStep]:
    """Return a step for each selected object, in the order in which to write."""
    by_kind: dict[str, list[Entry]] = {}
    for entry in selection.entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    return [
        step
        for kind, entries in by_kind.items()
        for step in _kind(archive, kind, entries, target, terms, selection.needed)
    ]


def _kind(
    archive: Archive, kind: str, entries: list[Entry], target: BackupSource, terms: Terms, needed: frozenset[str]
) -> Iterator[RestoreStep]:
    wanted = {server_key(archive, entry, terms.adaptation): entry for entry in entries}
    settled: dict[str, RestoreStep] = {}
    default = ""
    try:
        for live in target.items(kind, Limits(keys=frozenset(wanted))):
            if kind == "datasources" and live.content.get("isDefault"):
                default = live.key
            entry = wanted.get(live.key)
            if entry is not None:
                settled[entry.key] = _against(archive, entry, live, terms, needed=entry.path in needed)
    except (ServerError, KeyError, TypeError, AttributeError, ValueError) as error:
        # Without knowing what is there, write nothing.
        reason = error.message if isinstance(error, ServerError) else f"{type(error).__name__}: {error}"
        why = f"the server's objects cannot be read: {reason}"
        yield from (_step(Action.REFUSE, entry, reason=why) for entry in entries)
        return
    for entry in entries:
        yield settled.get(entry.key) or _new(archive, entry, terms, default)


def server_key(archive: Archive, entry: Entry, adaptation: Adaptation) -> str:
    """Return the key on the server. That of a correlation is derived from its content, which may change on the way."""
    if entry.kind != "correlations" or adaptation.empty:
        return entry.key
    item = archive.item(entry)
    content = adapted(item, adaptation).content
    again = entry.key.removeprefix(f"{item.content['sourceUID']}-")[16:]
    return f"{content['sourceUID']}-{_json.digest(content)[:16]}{again}"


def _new(archive: Archive, entry: Entry, terms: Terms, default: str) -> RestoreStep:
    """Plan an object that the server does not have."""
    if entry.kind == "snapshots":
        item = archive.item(entry)
        if "external" in item.content:
            return _step(Action.SKIP, entry, reason="another service stores it, at the address that is in the archive")
        if _expired(str(item.server.get("expires") or ""), terms.now):
            return _step(Action.SKIP, entry, reason="it has expired")
    if entry.kind == "datasources" and default and archive.item(entry).content.get("isDefault"):
        if terms.on_conflict == "overwrite":
            return _step(Action.CREATE, entry, reason=f"it becomes the default instead of {default!r}")
        # The item represents the server's default in a step that writes nothing.
        why = f"it would be the default instead of {default!r}"
        return _step(terms.conflict, entry, Item(entry.kind, default, default, {}), why)
    return _step(Action.CREATE, entry)


def _expired(moment: str, now: datetime | None) -> bool:
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return False
    return now is not None and found.replace(tzinfo=found.tzinfo or UTC) <= now


def _against(archive: Archive, entry: Entry, live: Item, terms: Terms, *, needed: bool) -> RestoreStep:
    if needed or (terms.adaptation.empty and live.digest == entry.content and not terms.secrets):
        lacks = _lacking(archive.item(entry), live) if entry.kind in SECRETIVE else ()
        return replace(_step(Action.KEEP, entry), lacks=lacks)
    item = adapted(archive.item(entry), terms.adaptation)
    slim = without_documents(live)
    if same_item(live, item):
        if secrets_of(item, terms.secrets).keys() - set(live.secrets):
            return _step(Action.UPDATE, entry, slim, "its secrets are set")
        return replace(_step(Action.KEEP, entry), lacks=_lacking(item, live))
    if untouched(live, item):
        return _step(Action.UPDATE, entry, slim, "as Grafana made it")
    changes = tuple(_without_values(item_changes(live, item), (*item.secrets, *live.secrets))[:_MOST_CHANGES])
    if terms.half_made(entry.kind, entry.key):
        return _step(Action.UPDATE, entry, slim, "begun by an interrupted restore", changes)
    if terms.on_conflict == "overwrite":
        return _step(Action.UPDATE, entry, slim, changes=changes)
    return _step(terms.conflict, entry, slim, "it differs on the server", changes)


def _without_values(found: list[Change], secrets: tuple[str, ...]) -> list[Change]:
    """Return the changes without the values in places where the archive has a secret: on the server it may be readable."""
    places = tuple(map(readable, secrets))
    return [
        Change(change.sign, change.what, f"{place}: another value, which may be secret")
        if (place := change.how.partition(": ")[0]).endswith(places) and places
        else change
        for change in found
    ]


def _lacking(item: Item, live: Item) -> tuple[str, ...]:
    return tuple(name for name in item.secrets if name not in live.secrets)


def _step(
    action: Action, entry: Entry, base: Item | None = None, reason: str = "", changes: tuple[Change, ...] = ()
) -> RestoreStep:
    return RestoreStep(action, Ref(entry.kind, entry.key), entry.name, base, None, changes, reason, entry=entry)


def without_documents(item: Item) -> Item:
    """Return as much of a live object as overwriting it needs, so that a large plan stays small."""
    if BY_NAME[item.kind].guard is not Guard.VERSION:
        return item
    return replace(item, content={key: value for key, value in item.content.items() if key not in _BULKY})
