"""Alertmanager's routing tree, and what it does with the labels of an alert. Pure.

https://prometheus.io/docs/alerting/latest/configuration/#route; what is inherited and which route decides is as in
dispatch/route.go of Alertmanager 0.25 to 0.28.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashkit import _yaml
from dashkit.doctor.matchers import collected, satisfied
from dashkit.errors import ServerError
from dashkit.promql.nodes import Matcher

#: What the route at the top has if the configuration says nothing.
_USUAL = {"group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h", "group_by": ()}


@dataclass(frozen=True, slots=True)
class Branch:
    """A route with everything that it inherits. ``number`` is its place in the tree: ``2.1`` is the first below the second."""

    number: str
    matchers: tuple[Matcher, ...]
    receiver: str
    group_by: tuple[str, ...]
    wait: str
    interval: str
    repeat: str
    #: Names of the times in which nothing is sent, and of those outside of which nothing is. They are not inherited.
    muted: tuple[str, ...]
    active: tuple[str, ...]
    #: Whether the routes after it are tried as well (``continue``).
    goes_on: bool
    branches: tuple[Branch, ...]

    def walk(self) -> Iterator[Branch]:
        """Yield it, and all below it."""
        yield self
        for branch in self.branches:
            yield from branch.walk()


@dataclass(frozen=True, slots=True)
class Inhibitor:
    """While an alert that satisfies ``source`` fires, those of ``target`` with the same values of ``equal`` are not sent."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Configuration:
    """The part of alertmanager.yml that decides who is told. ``receivers`` are the kinds of their ways, without settings."""

    top: Branch
    inhibitors: tuple[Inhibitor, ...]
    receivers: Mapping[str, tuple[str, ...]]
    intervals: Mapping[str, Any]


def read_configuration(text: str, where: str) -> Configuration:
    """Return what a configuration says that an Alertmanager reports. Raises `ServerError` if it cannot be understood."""
    try:
        value = _yaml.load(text)
        return configuration(value)
    except (*_yaml.ERRORS, KeyError, TypeError, AttributeError) as error:
        # Not the error's own text, which may hold a line of the configuration.
        text = f"the configuration that it reports cannot be read ({type(error).__name__})"
        raise ServerError(text, where=where) from None


def configuration(value: Mapping[str, Any]) -> Configuration:
    """Return what the value of an alertmanager.yml says."""
    # Before Alertmanager 0.24 the times had another name.
    intervals = [*(value.get("mute_time_intervals") or ()), *(value.get("time_intervals") or ())]
    return Configuration(
        _branch(value["route"], "", {**_USUAL, "receiver": ""}),
        tuple(
            Inhibitor(collected(rule, "source_"), collected(rule, "target_"), tuple(sorted(rule.get("equal") or ())))
            for rule in value.get("inhibit_rules") or ()
        ),
        {str(entry["name"]): tuple(_kinds(entry)) for entry in value.get("receivers") or ()},
        {str(entry["name"]): entry.get("time_intervals") or [] for entry in intervals},
    )


def _kinds(receiver: Mapping[str, Any]) -> Iterator[str]:
    for key, ways in sorted(receiver.items()):
        if key.endswith("_configs"):
            yield from [key.removesuffix("_configs")] * len(ways or ())


def _branch(route: Mapping[str, Any], number: str, above: Mapping[str, Any]) -> Branch:
    given = {key: route[key] for key in above if route.get(key)}
    said = {**above, **given}
    below = route.get("routes") or ()
    dot = f"{number}." if number else ""
    return Branch(
        number, collected(route), str(said["receiver"]), tuple(map(str, said["group_by"])), str(said["group_wait"]),
        str(said["group_interval"]), str(said["repeat_interval"]), tuple(route.get("mute_time_intervals") or ()),
        tuple(route.get("active_time_intervals") or ()), bool(route.get("continue")),
        tuple(_branch(entry, f"{dot}{place}", said) for place, entry in enumerate(below, 1)),
    )  # fmt: skip


def stops(branch: Branch, labels: Mapping[str, str]) -> list[Branch]:
    """Return the routes that take an alert with exactly these labels, in their order; none if ``branch`` does not match."""
    if not satisfied(branch.matchers, labels):
        return []
    found: list[Branch] = []
    for below in branch.branches:
        taken = stops(below, labels)
        found += taken
        if taken and not below.goes_on:
            break
    return found or [branch]


@dataclass(frozen=True, slots=True)
class Possible:
    """The routes that may take an alert some of whose labels are not known, and the labels that decide."""

    stops: tuple[Branch, ...]
    deciding: frozenset[str]


def possible_stops(top: Branch, labels: Mapping[str, str], may_have: Callable[[str], bool]) -> Possible:
    """Return where alerts can go that have these labels, and maybe others: those for which ``may_have`` is true."""
    deciding: set[str] = set()

    def verdict(matchers: Sequence[Matcher]) -> bool | None:
        open_ = [entry for entry in matchers if entry.label not in labels and may_have(entry.label)]
        known = [entry.matches(labels.get(entry.label, "")) for entry in matchers if entry not in open_]
        if not all(known):  # also for a pattern that only Go reads, as in `satisfied`
            return False
        deciding.update(entry.label for entry in open_)
        return None if open_ else True

    def visit(branch: Branch) -> tuple[list[Branch], bool | None]:
        matched = verdict(branch.matchers)
        if matched is False:
            return [], False
        found, sure = [], False
        for below in branch.branches:
            taken, certain = visit(below)
            found += taken
            sure = sure or bool(certain)
            if certain and not below.goes_on:
                break
        return (found if sure else [*found, branch]), matched

    return Possible(tuple(visit(top)[0]), frozenset(deciding))
