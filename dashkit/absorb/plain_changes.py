"""Which arguments of `plain_alert` have to change, so that it makes another rule. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dashkit.absorb.rule_edit import RuleChange, RuleEdit, Unsaid, as_said, mapping_change
from dashkit.absorb.values import ABSENT
from dashkit.authoring.plain_alerts import KEYS
from dashkit.deploy.alert_leaves import NOTHING, Leaf, leaf_of
from dashkit.model.alerts import PlainAlert

_NAMED = ("summary", "description", "runbook_url")


def plain_changes(edit: RuleEdit, rule: PlainAlert, left: set[Leaf]) -> Iterator[RuleChange | Unsaid]:
    """Yield what has to change for what is ``left``, besides what all alerts have alike."""
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
        yield mapping_change("labels", own, taken, edit)


def _annotations(edit: RuleEdit, rule: PlainAlert, texts: set[Leaf]) -> Iterator[RuleChange]:
    others: set[Leaf] = set()
    for leaf in sorted(texts):
        name, value = leaf[1], leaf_of(edit.target, leaf)
        if name in _NAMED:
            old = rule.annotations.get(name, ABSENT)
            yield RuleChange(name, frozenset({leaf}), old, (as_said(value),))
        else:
            others.add(leaf)
    if others:
        own = {key: one for key, one in rule.annotations.items() if key not in _NAMED}
        yield mapping_change("annotations", own, others, edit)


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
