"""What the alert modules of a project make for a Grafana, and which calls make it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashkit.deploy.alert_groups import desired_rules
from dashkit.deploy.recording_rules import stages
from dashkit.model.alerts import AlertGroup
from dashkit.model.live import GrafanaAlertGroup

Json = dict[str, Any]
Options = Mapping[str, Any]
"""The arguments of `desired_rules`, and the keys of rules that the server drops (``without``)."""


@dataclass(frozen=True, slots=True)
class GroupMade:
    """A group of the source.

    Attributes:
        rules: the places of its rules in the source, by the uids they have in Grafana.
        record: the number of the call that makes it; None if that is not known.
        records: those of the calls that make its rules, by their places.
        file: where it is from.
    """

    name: str
    folder: str
    rules: Mapping[str, int]
    record: int | None
    records: tuple[int | None, ...]
    file: str = ""

    @property
    def key(self) -> str:
        """Its name among all that a project makes."""
        return group_key(self.folder, self.name)


@dataclass(frozen=True, slots=True)
class RulesMade:
    """All groups of the source, and those of Grafana that a push makes of them."""

    groups: tuple[GroupMade, ...] = ()
    pushed: tuple[GrafanaAlertGroup, ...] = ()

    @property
    def by_uid(self) -> dict[str, Json]:
        """The rules that a push makes."""
        return {str(rule["uid"]): dict(rule) for group in self.pushed for rule in group.rules}


def group_key(folder: str, name: str) -> str:
    """Return the name of a group among all that a project makes."""
    return f"alerts {folder}/{name}"


def rules_made(
    groups: Sequence[AlertGroup], options: Options, number_of: Callable[[Any], int | None] = lambda made: None
) -> RulesMade:
    """Return what a push makes of groups.

    Args:
        number_of: returns the number of the call that made a rule or a group.
    """
    dropped = frozenset(options.get("without", ()))
    pushed = desired_rules(groups, **{name: value for name, value in options.items() if name != "without"})
    if dropped:
        pushed = [replace(group, rules=tuple(_without(rule, dropped) for rule in group.rules)) for group in pushed]
    uids = iter([str(rule["uid"]) for group in pushed for rule in group.rules])
    found = [
        GroupMade(
            group.name, group.folder, {next(uids): place for place in _order(group, bool(options.get("recording")))},
            number_of(group), tuple(number_of(rule) for rule in group.rules), group.source.path,
        )
        for group in groups
    ]  # fmt: skip
    return RulesMade(tuple(found), tuple(pushed))


def _without(rule: Mapping[str, Any], keys: frozenset[str]) -> Json:
    return {key: value for key, value in rule.items() if key not in keys}


def _order(group: AlertGroup, recording: bool) -> Iterator[int]:
    """Yield the places in the source of the rules of a group, in the order in which `desired_rules` makes them."""
    places = {id(rule): place for place, rule in enumerate(group.rules)}
    if recording:
        for _, members in stages(group):
            yield from (places[id(rule)] for rule in members)
    yield from (places[id(rule)] for rule in group.alerts)


def as_json(made: RulesMade) -> Json:
    """Return it as JSON; `from_json` undoes this."""
    return {
        "groups": [
            [one.name, one.folder, dict(one.rules), one.record, list(one.records), one.file] for one in made.groups
        ],
        "pushed": [[one.folder_uid, one.name, one.interval, list(one.rules)] for one in made.pushed],
    }


def from_json(found: Json) -> RulesMade:
    """Undo `as_json`."""
    groups = [
        GroupMade(name, folder, rules, record, tuple(records), file)
        for name, folder, rules, record, records, file in found["groups"]
    ]
    pushed = [
        GrafanaAlertGroup(folder, name, interval, tuple(rules)) for folder, name, interval, rules in found["pushed"]
    ]
    return RulesMade(tuple(groups), tuple(pushed))


def parts(made: RulesMade) -> Iterator[tuple[int, tuple[str, str]]]:
    """Yield the number of each call that makes a rule or a group, with what that is."""
    for group in made.groups:
        if group.record is not None:
            yield group.record, (group.key, "group")
        for place, number in enumerate(group.records):
            if number is not None:
                yield number, (group.key, f"rule {place}")
