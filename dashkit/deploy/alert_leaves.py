"""What of an alert rule there is to change, and in what two rules differ. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashkit.deploy.alert_documents import PROJECT_LABEL, condition_query
from dashkit.deploy.alert_forms import OtherFormError, alert_form, queried, recording_form, texts_of
from dashkit.deploy.alert_groups import content

Json = dict[str, Any]
Leaf = tuple[str, ...]
"""What of a rule: ``("for",)``, ``("labels", "team")``, ``("expr",)``, ``("limit",)``."""

#: The value of what is not there.
NOTHING: Any = object()


def in_form(live: Mapping[str, Any], made: Mapping[str, Any]) -> Json:
    """Return a live rule written as a push writes one, without our annotations. ``made`` is what a push makes of the source.

    Raises:
        OtherFormError: no helper makes such a rule.
    """
    rule = content(live)
    asked = queried(made)
    if ("record" in rule) != ("record" in made):
        raise OtherFormError("it was turned into an alert, or into a recording rule")
    form = (recording_form if "record" in rule else alert_form)(rule, asked)
    old = (recording_form if "record" in made else alert_form)(made, asked)
    data = made["data"]
    if form.late != old.late:
        raise OtherFormError(f"its query looks {form.late} s back, not {old.late} s as its group says")
    found = {**rule, "condition": made["condition"], "data": data}
    if PROJECT_LABEL in made["labels"]:
        found["labels"] = {**rule["labels"], PROJECT_LABEL: made["labels"][PROJECT_LABEL]}
    found["annotations"] = {key: texts_of(text, form, "$values.B.Value") for key, text in rule["annotations"].items()}
    if "record" in rule:
        found["record"] = {**made["record"], "metric": rule["record"]["metric"]}
    return _with(_with(found, ("expr",), form.expr), ("limit",), dict(form.limit))


def differences(made: Mapping[str, Any], target: Mapping[str, Any]) -> list[Leaf]:
    """Return in what two rules differ that are written as a push writes them."""
    before, after = content(made), content(target)
    found: list[Leaf] = []
    for key in sorted(before.keys() | after.keys()):
        if key == "data":
            found += [(leaf,) for leaf in ("expr", "limit") if _leaf(before, leaf) != _leaf(after, leaf)]
        elif key in ("labels", "annotations"):
            inside = sorted(before[key].keys() | after[key].keys())
            found += [(key, one) for one in inside if before[key].get(one) != after[key].get(one)]
        elif before.get(key) != after.get(key):
            found.append((key,))
    return found


def leaf_of(rule: Mapping[str, Any], leaf: Leaf) -> Any:
    """Return a value of a rule."""
    if len(leaf) == 2:
        return rule[leaf[0]].get(leaf[1], NOTHING)
    return _leaf(rule, leaf[0])


def _leaf(rule: Mapping[str, Any], name: str) -> Any:
    if name == "expr":
        return rule["data"][0]["model"]["expr"]
    if name == "limit":
        return limit_of(rule)
    return rule.get(name, NOTHING)


def limit_of(rule: Mapping[str, Any]) -> dict[str, float]:
    """Return the argument ``above`` or ``below`` of a rule that is written as a push writes it; nothing without a limit."""
    if "record" in rule:
        return {}
    return dict(alert_form(rule, queried(rule)).limit)


def with_leaves(rule: Mapping[str, Any], other: Mapping[str, Any], leaves: tuple[Leaf, ...]) -> Json:
    """Return a rule with some values of another one."""
    found = dict(rule)
    for leaf in leaves:
        found = _with(found, leaf, leaf_of(other, leaf))
    return found


def _with(rule: Mapping[str, Any], leaf: Leaf, value: Any) -> Json:
    found = dict(rule)
    if len(leaf) == 2:
        inside = {key: one for key, one in rule[leaf[0]].items() if key != leaf[1]}
        found[leaf[0]] = inside if value is NOTHING else {**inside, leaf[1]: value}
    elif leaf == ("expr",):
        query, *rest = rule["data"]
        found["data"] = [{**query, "model": {**query["model"], "expr": value}}, *rest]
    elif leaf == ("limit",):
        found["data"] = [*rule["data"][:-1], condition_query(**value)] if "record" not in rule else rule["data"]
    elif value is NOTHING:
        found.pop(leaf[0], None)
    else:
        found[leaf[0]] = value
    return found


def has_edits(wanted: Mapping[str, Any], live: Mapping[str, Any], pushed: Mapping[str, Any]) -> bool:
    """Return whether a wanted rule has all that was edited in Grafana since it was pushed, besides changes of its own."""
    try:
        after, before = in_form(live, wanted), in_form(pushed, wanted)
    except OtherFormError:
        return False
    return all(leaf_of(wanted, leaf) == leaf_of(after, leaf) for leaf in differences(before, after))
