"""Which arguments of the call that makes a rule have to change, so that it makes another one. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashkit.absorb.reshape import ABSENT
from dashkit.absorb.text import patched
from dashkit.absorb.traced import Record
from dashkit.authoring.alerts import in_words
from dashkit.authoring.plain_alerts import KEYS
from dashkit.deploy.alert_documents import DASHBOARD
from dashkit.deploy.alert_leaves import NOTHING, Json, Leaf, differences, leaf_of, limit_of
from dashkit.model.alerts import AlertRule, PlainAlert, RecordingRule

Rule = AlertRule | PlainAlert | RecordingRule
_VALUE = re.compile(r"\{\{ \$value \| \w+ \}\}")
_NAMED = ("summary", "description", "runbook_url")


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


def rule_changes(edit: RuleEdit) -> Iterator[RuleChange | Unsaid]:
    """Yield what has to change."""
    leaves = differences(edit.made, edit.target)
    if isinstance(edit.rule, RecordingRule):
        yield from _recording(edit, leaves)
        return
    left = set(leaves)
    for change in _evaluated(edit, left):
        left -= change.leaves
        yield change
    if isinstance(edit.rule, AlertRule):
        yield from _alert(edit, edit.rule, left)
    else:
        yield from _plain(edit, edit.rule, left)


def _recording(edit: RuleEdit, leaves: list[Leaf]) -> Iterator[RuleChange | Unsaid]:
    for leaf in leaves:
        if leaf == ("expr",):
            yield _expr(edit)
        else:
            why = "its uid is made of its series and labels: change them in the source, and Grafana gets another rule"
            yield Unsaid(leaf, leaf_of(edit.target, leaf), why)


def _expr(edit: RuleEdit) -> RuleChange:
    old, new = (leaf_of(one, ("expr",)) for one in (edit.made, edit.target))
    written = _given(edit.record, "expr", old)
    changed = patched(written, old, new) if written != old else None
    return RuleChange("expr", frozenset({("expr",)}), written, tuple(dict.fromkeys(filter(None, (changed, new)))))


def _evaluated(edit: RuleEdit, left: set[Leaf]) -> Iterator[RuleChange]:
    """Yield the changes that all alerts have alike."""
    rule = edit.rule
    assert not isinstance(rule, RecordingRule)
    if ("expr",) in left:
        yield _expr(edit)
    if ("limit",) in left:
        new = limit_of(edit.target)
        for name, old in (("above", rule.above), ("below", rule.below)):
            if old != new.get(name):
                value = new.get(name, ABSENT)
                yield RuleChange(name, frozenset({("limit",)}), ABSENT if old is None else old, (value,))
    if ("for",) in left:
        wait = str(edit.target["for"])
        if isinstance(rule, PlainAlert) and wait == "0s":
            yield RuleChange("wait", frozenset({("for",)}), rule.wait, (ABSENT, wait))
        else:
            yield RuleChange("wait", frozenset({("for",)}), rule.wait or ABSENT, (wait,))


def _alert(edit: RuleEdit, rule: AlertRule, left: set[Leaf]) -> Iterator[RuleChange | Unsaid]:
    limits = ("limit",) in differences(edit.made, edit.target)
    for name in ("summary", "description"):
        found = _text(edit, rule, name, limits=limits)
        if found is not None:
            yield found
    left -= {("annotations", "summary"), ("annotations", "description")}
    if ("labels", "symptom") in left and (wanted := leaf_of(edit.target, ("labels", "symptom"))) is not NOTHING:
        yield RuleChange("symptom", frozenset({("labels", "symptom")}), rule.symptom, (wanted,))
        left -= {("labels", "symptom")}
    taken = {leaf for leaf in left if leaf[0] == "labels" and leaf[1] not in ("system", "severity", "symptom")}
    if taken:
        yield _mapping("labels", rule.labels, taken, edit)
    for leaf in sorted(left - taken):
        yield Unsaid(leaf, leaf_of(edit.target, leaf), _why_not(leaf))


def _why_not(leaf: Leaf) -> str:
    if leaf in (("title",), ("labels", "severity"), ("labels", "system")):
        return (
            "its uid is made of its system, name and severity: change them in the source, and Grafana gets another rule"
        )
    if leaf[0] == "annotations" and leaf[1] in (DASHBOARD, "__panelId__"):
        return "it follows from panel="
    if leaf == ("annotations", "runbook_url"):
        return "it follows from the `runbooks` of dashkit.yaml and the names of the system and the alert"
    return "alert() has no argument for it; plain_alert() says it, without tests and a runbook"


def _text(edit: RuleEdit, rule: AlertRule, name: str, *, limits: bool) -> RuleChange | None:
    """Return the change of a text, whose placeholders stay where they still say the same."""
    leaf = ("annotations", name)
    wanted = leaf_of(edit.target, leaf)
    if wanted is NOTHING:
        wanted = ""
    value = _VALUE.search(rule.description)
    old, new = (_as_written(str(leaf_of(edit.made, leaf)), value), _as_written(str(wanted), value))
    written = _given(edit.record, name, old)
    base, note = written, ""
    if limits and "{limit}" in written:
        # The text follows the limit, and that in Grafana did not.
        base = written.replace("{limit}", in_words(rule.limit, _given(edit.record, "unit", "short")))
        note = f"{rule.name}: its {name} names the limit of before, as it does in Grafana; {{limit}} would follow"
    elif old == new:
        return None
    changed = patched(base, old, new)
    return RuleChange(name, frozenset({leaf}), written, tuple(dict.fromkeys(filter(None, (changed, new)))), note)


def _as_written(text: str, value: re.Match[str] | None) -> str:
    """Return a text with the placeholders of `alert`."""
    text = text.replace("$values.B.Value", "$value")
    if value is not None:
        text = text.replace(value[0], "{value}")
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", r"[\1]", text)


def _plain(edit: RuleEdit, rule: PlainAlert, left: set[Leaf]) -> Iterator[RuleChange | Unsaid]:
    new = _renamed(edit, rule)
    grafana = dict(rule.grafana)
    in_grafana = {leaf for leaf in left if leaf[0] in KEYS - {"annotations"} or leaf == ("title",)}
    usual = edit.remade(replace(new, grafana={key: one for key, one in new.grafana.items() if key in ("uid", "title")}))
    for leaf in sorted(in_grafana - {("title",)}):
        value = leaf_of(edit.target, leaf)
        grafana.pop(leaf[0], None)
        if value is not NOTHING and value != usual.get(leaf[0]):
            grafana[leaf[0]] = value
    for key in ("uid", "title"):
        if edit.remade(replace(new, grafana=grafana))[key] != edit.target[key]:
            grafana[key] = str(edit.target[key]).removeprefix(edit.prefix if key == "uid" else "")
            in_grafana.add((key,))
    if new.name != rule.name:
        yield RuleChange("name", frozenset({("title",)}), rule.name, (new.name,))
    if ("keep_firing_for",) in left:
        value = edit.target.get("keep_firing_for", ABSENT)
        yield RuleChange("keep_firing_for", frozenset({("keep_firing_for",)}), rule.keep_firing_for or ABSENT, (value,))
    yield from _labels(edit, rule, left)
    texts = {leaf for leaf in left if leaf[0] == "annotations"}
    in_grafana |= _of_grafana(edit, rule, texts, grafana)
    yield from _annotations(edit, rule, texts - in_grafana)
    if grafana != dict(rule.grafana):
        yield RuleChange("grafana", frozenset(in_grafana), dict(rule.grafana) or ABSENT, (grafana or ABSENT,))
    known = in_grafana | texts | {leaf for leaf in left if leaf[0] == "labels"} | {("title",), ("keep_firing_for",)}
    for leaf in sorted(left - known):
        yield Unsaid(leaf, leaf_of(edit.target, leaf), "plain_alert() has no argument for it")


def _renamed(edit: RuleEdit, rule: PlainAlert) -> PlainAlert:
    """Return the rule with the name and the severity that it has in Grafana."""
    severity = edit.target["labels"].get("severity")
    labels = {key: one for key, one in rule.labels.items() if key != "severity"}
    labels |= {"severity": severity} if severity is not None else {}
    title = str(edit.target["title"])
    if edit.made["title"] == title or "title" in rule.grafana:
        return replace(rule, labels=labels)
    name = title.removesuffix(f" ({severity})") if severity else title
    return replace(rule, labels=labels, name=name or title)


def _labels(edit: RuleEdit, rule: PlainAlert, left: set[Leaf]) -> Iterator[RuleChange]:
    if ("labels", "severity") in left:
        wanted = edit.target["labels"].get("severity", ABSENT)
        leaves = frozenset({("labels", "severity")})
        yield RuleChange("severity", leaves, rule.labels.get("severity", ABSENT), (wanted,))
    taken = {leaf for leaf in left if leaf[0] == "labels" and leaf[1] != "severity"}
    if taken:
        own = {key: one for key, one in rule.labels.items() if key != "severity"}
        yield _mapping("labels", own, taken, edit)


def _annotations(edit: RuleEdit, rule: PlainAlert, texts: set[Leaf]) -> Iterator[RuleChange]:
    others: set[Leaf] = set()
    for leaf in sorted(texts):
        name, value = leaf[1], leaf_of(edit.target, leaf)
        if name in _NAMED:
            old = rule.annotations.get(name, ABSENT)
            yield RuleChange(name, frozenset({leaf}), old, (_said(value),))
        else:
            others.add(leaf)
    if others:
        own = {key: one for key, one in rule.annotations.items() if key not in _NAMED}
        yield _mapping("annotations", own, others, edit)


def _of_grafana(edit: RuleEdit, rule: PlainAlert, texts: set[Leaf], grafana: dict[str, Any]) -> set[Leaf]:
    """Set the annotations that a rule file has not, or words in another way, and return which those are.

    ``$value`` is such a word: in a rule file it is the value, and in Grafana a text about all queries.
    """
    there = dict(rule.grafana.get("annotations", {}))
    found = set()
    for leaf in texts:
        name, value = leaf[1], leaf_of(edit.target, leaf)
        if value is not NOTHING and (name in there or re.search(r"\$value\b", value)):
            there[name] = value
            found.add(leaf)
        elif name in there:
            del there[name]
            found.add(leaf)
    if found:
        grafana.pop("annotations", None)
        grafana |= {"annotations": there} if there else {}
    return found


def _mapping(name: str, own: Mapping[str, str], leaves: set[Leaf], edit: RuleEdit) -> RuleChange:
    new = dict(own)
    for leaf in sorted(leaves):
        value = _said(leaf_of(edit.target, leaf))
        new.pop(leaf[1], None) if value is ABSENT else new.update({leaf[1]: value})
    if DASHBOARD in new:
        new[DASHBOARD] = new[DASHBOARD].removeprefix(edit.prefix)
    return RuleChange(name, frozenset(leaves), dict(own) or ABSENT, (new or ABSENT,))


def _said(value: Any) -> Any:
    """Return a text as an alert of dashkit has it."""
    return ABSENT if value is NOTHING else str(value).replace("$values.B.Value", "$value")


def _given(record: Record | None, name: str, otherwise: str) -> str:
    """Return what a call was given for a parameter, if that is a text."""
    if record is None:
        return otherwise
    place = record.callee.params.index(name) if name in record.callee.params else len(record.positional)
    positional: Sequence[Any] = record.positional
    value = positional[place] if place < min(len(positional), record.callee.positional) else record.named.get(name)
    return value if isinstance(value, str) else otherwise
