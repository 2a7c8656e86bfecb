"""A rule that has to become another one, and the arguments that change for that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.absorb.traced import Record
from dashkit.absorb.values import ABSENT
from dashkit.deploy.alert_documents import DASHBOARD
from dashkit.deploy.alert_leaves import NOTHING, Json, Leaf, leaf_of
from dashkit.model.alerts import AlertRule, PlainAlert, RecordingRule

Rule = AlertRule | PlainAlert | RecordingRule


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """A rule that has to become another one.

    Attributes:
        record: the call that makes it; None if that is not known.
        made: what a push makes of it.
        target: what it has to make.
        remade: returns what a push makes of another rule in its place.
        prefix: of uids in the context.
    """

    rule: Rule
    record: Record | None
    made: Json
    target: Json
    remade: Callable[[Rule], Mapping[str, Any]]
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """An argument that has to change.

    Attributes:
        leaves: what of the rule in Grafana changes with it.
        old: its value; ABSENT if it is not given.
        new: the values that it may get, the best one first.
        note: what to say about it.
    """

    name: str
    leaves: frozenset[Leaf]
    old: Any
    new: tuple[Any, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """What of a rule no argument says."""

    leaf: Leaf
    wanted: Any
    why: str


def mapping_change(name: str, own: Mapping[str, str], leaves: set[Leaf], edit: RuleEdit) -> RuleChange:
    """Return the change of a mapping of texts, such as labels, of which some differ."""
    new = dict(own)
    for leaf in sorted(leaves):
        value = as_said(leaf_of(edit.target, leaf))
        new.pop(leaf[1], None) if value is ABSENT else new.update({leaf[1]: value})
    if DASHBOARD in new:
        new[DASHBOARD] = new[DASHBOARD].removeprefix(edit.prefix)
    return RuleChange(name, frozenset(leaves), dict(own) or ABSENT, (new or ABSENT,))


def as_said(value: Any) -> Any:
    """Return a text as an alert of dashkit has it."""
    return ABSENT if value is NOTHING else str(value).replace("$values.B.Value", "$value")
