"""What a restore would do, object by object. Reads the server, writes nothing."""

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
from dashkit.errors import ServerError
from dashkit.model.item import Item, Limits, Ref
from dashkit.model.kinds import BY_NAME, Guard
from dashkit.model.paths import readable
from dashkit.model.secret import Secret
from dashkit.spec.diff import Change

#: Whole documents, which writing over an object does not need to have in hand.
_BULKY = ("spec", "model", "dashboard")
_MOST_CHANGES = 8
#: Kinds whose objects have secrets.
SECRETIVE = ("datasources", "contact-points", "users")


@dataclass(frozen=True, slots=True)
class RestoreStep(Step):
    """What becomes of one member of the archive, which is read again as it is written.

    ``base`` is what the server has in its place, without whole documents where its version is enough to replace it. A ``reason``
    says why something is refused, skipped or cannot be. ``lacks`` are the secrets that one which is there already has not got
    yet: a restore that was cut off may have made it.
    """

    entry: Entry = field(kw_only=True)
    lacks: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Terms:
    """How to restore: what changes on the way, what to do with what differs, what a cut-off restore has begun, and now."""

    adaptation: Adaptation
    on_conflict: str
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    half_made: Callable[[str, str], bool] = lambda kind, key: False
    now: datetime | None = None


def plan_restore(archive: Archive, selection: Selection, target: BackupSource, terms: Terms) -> list[RestoreStep]:
    """A step for each selected object, in the order in which to write."""
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
    except ServerError as error:
        # Not knowing what is there, nothing of it is written.
        why = f"what is there cannot be read: {error.message}"
        yield from (_step(Action.REFUSE, entry, reason=why) for entry in entries)
        return
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        why = f"what is there is of an odd form ({type(error).__name__}: {error})"
        yield from (_step(Action.REFUSE, entry, reason=why) for entry in entries)
        return
    for entry in entries:
        yield settled.get(entry.key) or _new(archive, entry, terms, default)


def server_key(archive: Archive, entry: Entry, adaptation: Adaptation) -> str:
    """The key on the server. That of a correlation follows from its content, which may change on the way."""
    if entry.kind != "correlations" or adaptation.empty:
        return entry.key
    item = archive.item(entry)
    content = adapted(item, adaptation).content
    again = entry.key.removeprefix(f"{item.content['sourceUID']}-")[16:]
    return f"{content['sourceUID']}-{_json.digest(content)[:16]}{again}"


def _new(archive: Archive, entry: Entry, terms: Terms, default: str) -> RestoreStep:
    """What the server does not have."""
    if entry.kind == "snapshots":
        item = archive.item(entry)
        if "external" in item.content:
            return _step(
                Action.SKIP, entry, reason="it lies with another service, at the address that is in the archive"
            )
        if _expired(str(item.server.get("expires") or ""), terms.now):
            return _step(Action.SKIP, entry, reason="it has expired")
    if entry.kind == "datasources" and default and archive.item(entry).content.get("isDefault"):
        if terms.on_conflict != "overwrite":
            why = f"it would be the default instead of {default!r}"
            return _step(
                Action.SKIP if terms.on_conflict == "skip" else Action.REFUSE, entry, _default(entry, default), why
            )
        return _step(Action.CREATE, entry, reason=f"it becomes the default instead of {default!r}")
    return _step(Action.CREATE, entry)


def _default(entry: Entry, key: str) -> Item:
    """Stands for what is there in a step that is refused."""
    return Item(entry.kind, key, key, {})


def _expired(moment: str, now: datetime | None) -> bool:
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return False
    return now is not None and found.replace(tzinfo=found.tzinfo or UTC) <= now


def _against(archive: Archive, entry: Entry, live: Item, terms: Terms, *, needed: bool) -> RestoreStep:
    if needed or (terms.adaptation.empty and live.digest == entry.content and not terms.secrets):
        return replace(
            _step(Action.KEEP, entry), lacks=_lacking(archive.item(entry), live) if entry.kind in SECRETIVE else ()
        )
    item = adapted(archive.item(entry), terms.adaptation)
    if same_item(live, item):
        if secrets_of(item, terms.secrets).keys() - set(live.secrets):
            return _step(Action.UPDATE, entry, without_documents(live), "its secrets are set")
        return replace(_step(Action.KEEP, entry), lacks=_lacking(item, live))
    slim = without_documents(live)
    if untouched(live, item):
        return _step(Action.UPDATE, entry, slim, "as Grafana made it")
    changes = tuple(_without_values(item_changes(live, item), (*item.secrets, *live.secrets))[:_MOST_CHANGES])
    if terms.half_made(entry.kind, entry.key):
        return _step(Action.UPDATE, entry, slim, "begun by a restore that was cut off", changes)
    if terms.on_conflict == "overwrite":
        return _step(Action.UPDATE, entry, slim, changes=changes)
    reason = "it differs on the server"
    action = Action.SKIP if terms.on_conflict == "skip" else Action.REFUSE
    return _step(action, entry, slim, reason, changes)


def _without_values(found: list[Change], secrets: tuple[str, ...]) -> list[Change]:
    """The changes without what stands where an archive has a secret: on the server it may stand there openly."""
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
    """As much of a live object as writing over it takes, so that a plan of many stays small."""
    if BY_NAME[item.kind].guard is not Guard.VERSION:
        return item
    return replace(item, content={key: value for key, value in item.content.items() if key not in _BULKY})
