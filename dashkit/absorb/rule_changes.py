"""Which arguments of the call that makes a rule have to change, so that it makes another one. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from dashkit.absorb.plain_changes import plain_changes
from dashkit.absorb.rule_edit import RuleChange, RuleEdit, Unsaid, mapping_change
from dashkit.absorb.text import patched
from dashkit.absorb.traced import Record
from dashkit.absorb.values import ABSENT
from dashkit.authoring.alerts import in_words
from dashkit.deploy.alert_documents import DASHBOARD, PANEL
from dashkit.deploy.alert_leaves import NOTHING, Leaf, differences, leaf_of, limit_of
from dashkit.model.alerts import AlertRule, PlainAlert, RecordingRule

_VALUE = re.compile(r"\{\{ \$value \| \w+ \}\}")


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
        yield from plain_changes(edit, edit.rule, left)


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
    return RuleChange("expr", frozenset({("expr",)}), written, _ways(changed, new))


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
        yield mapping_change("labels", rule.labels, taken, edit)
    for leaf in sorted(left - taken):
        yield Unsaid(leaf, leaf_of(edit.target, leaf), _why_not(leaf))


def _why_not(leaf: Leaf) -> str:
    if leaf in (("title",), ("labels", "severity"), ("labels", "system")):
        return (
            "its uid is made of its system, name and severity: change them in the source, and Grafana gets another rule"
        )
    if leaf[0] == "annotations" and leaf[1] in (DASHBOARD, PANEL):
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
    return RuleChange(name, frozenset({leaf}), written, _ways(changed, new), note)


def _ways(changed: str | None, new: str) -> tuple[str, ...]:
    """Return the values that a text may get: a template that was changed in part, or else the whole."""
    return (new,) if changed is None or changed == new else (changed, new)


def _as_written(text: str, value: re.Match[str] | None) -> str:
    """Return a text with the placeholders of `alert`."""
    text = text.replace("$values.B.Value", "$value")
    if value is not None:
        text = text.replace(value[0], "{value}")
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", r"[\1]", text)


def _given(record: Record | None, name: str, otherwise: str) -> str:
    """Return what a call was given for a parameter, if that is a text."""
    if record is None:
        return otherwise
    place = record.callee.params.index(name) if name in record.callee.params else len(record.positional)
    positional: Sequence[Any] = record.positional
    value = positional[place] if place < min(len(positional), record.callee.positional) else record.named.get(name)
    return value if isinstance(value, str) else otherwise
