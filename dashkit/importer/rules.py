"""Groups of alert and recording rules as calls of `dashkit.authoring`, and the module that makes them.

`rules_module` takes the content of a rule file, wherever it is from: YAML, a PrometheusRule, or what a mixin renders.
"""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dashkit.authoring.call import Call, calls, changed
from dashkit.errors import InputError
from dashkit.importer.code import Name, expression, helpers
from dashkit.importer.module import docstring, sorted_names
from dashkit.importer.rule_groups import groups_of, same_text
from dashkit.model.alerts import condition
from dashkit.promql.nodes import Binary, Number
from dashkit.promql.tree import parse

Json = dict[str, Any]

#: A value is a constant if it is written so often, and is at least so long: labels read better where they stand.
_TIMES, _LONG = 3, 100
_LIMIT = re.compile(r"(\S.*) ([<>]) (\d+(?:\.\d+)?)")
#: Annotations that are arguments.
_NAMED = ("summary", "description", "runbook_url")


def rules_module(content: Mapping[str, Any], title: str, system: str, *, where: str = "") -> str:
    """Return the source of a module that makes the groups of a rule file's content, ``{"groups": [...]}``. It has yet to be
    formatted, and to be proven.

    Args:
        title: what the module is about, for its docstring.
        system: see `rule_group`; any text will do.

    Raises:
        InputError: something in it cannot be said; the message names the rule and the key.
    """
    return groups_module(
        [group_call(group, system_name(system), where=where) for group in groups_of(content, where)], title
    )


def groups_module(groups: Iterable[Call], title: str) -> str:
    """Return the source of a module that exports these groups. It has yet to be formatted."""
    found: dict[str, Any] = {}
    exported = _named(list(groups), found)
    used = sorted_names({*helpers(exported), *(name for value in found.values() for name in helpers(value))})
    constants = [line for name, value in found.items() for line in (f"{name} = {expression(value)}", "")]
    lines = [docstring(title), "", f"from dashkit.authoring import {', '.join(used)}", "", *constants]
    return "\n".join([*lines, f"groups = {expression(exported)}", ""])


def system_name(text: str) -> str:
    """Return the name of a system for a text, such as that of a file."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-") or "rules"


def group_call(group: Mapping[str, Any], system: str, *, where: str = "") -> Call:
    """Return the call that makes a group in the form of `groups_of`.

    Raises:
        InputError: it is one that no call makes, such as a group whose name has several lines.
    """
    rules = [record_call(rule) if "record" in rule else alert_call(rule) for rule in group["rules"]]
    settings = {key: value for key, value in group.items() if key not in ("name", "rules")}
    return group_call_of(group["name"], system, rules, settings, where=where)


def group_call_of(
    name: str, system: str, rules: Iterable[Call], settings: Mapping[str, Any], *, where: str = ""
) -> Call:
    """Return the call that makes a group of these rules. Errors as for `group_call`."""
    call = Call("rule_group", (name, system, *rules), settings)
    try:
        call.make()
    except ValueError as error:
        raise InputError(str(error), where=where) from None
    return call


def alert_call(rule: Mapping[str, Any], *, limit: Mapping[str, float] | None = None, **more: Any) -> Call:
    """Return the call that makes an alert in the form of `groups_of`, with ``more`` arguments at its end.

    Args:
        limit: the argument ``above`` or ``below`` for the expression; without it, the limit is looked for in there.
    """
    expr, keywords = with_limit(rule["expr"]) if limit is None else (rule["expr"], dict(limit))
    labels, annotations = dict(rule.get("labels", {})), dict(rule.get("annotations", {}))
    said = {
        "wait": rule.get("for"),
        "keep_firing_for": rule.get("keep_firing_for"),
        "severity": labels.pop("severity", None),
        **{name: annotations.pop(name, None) for name in _NAMED},
        "labels": labels or None,
        "annotations": annotations or None,
        **more,
    }
    keywords |= {name: value for name, value in said.items() if value is not None}
    return Call("plain_alert", (rule["alert"], expr), keywords)


def record_call(rule: Mapping[str, Any], *, exact: bool = False) -> Call:
    """Return the call that makes a recording rule in the form of `groups_of`.

    Args:
        exact: blanks count, too.
    """
    name, expr, labels = rule["record"], rule["expr"], rule.get("labels", {})
    line = " ".join(expr.split())
    same = line == expr if exact else same_text(line) == same_text(expr)
    if same and all(map(_is_name, labels)):
        return Call("record", (name, expr), labels)
    return Call("RecordingRule", (name, expr, *([labels] if labels else [])))


def with_limit(expr: str) -> tuple[str, dict[str, Any]]:
    """Return an expression without the limit that it compares, and that as an argument.

    A condition stays whole if it has none, or would not be written the same with it.
    """
    found = _LIMIT.fullmatch(expr)
    tree = parse(expr).tree if found else None
    if found is None or not (isinstance(tree, Binary) and tree.op == found[2] and isinstance(tree.right, Number)):
        return expr, {}
    limit = float(found[3]) if "." in found[3] else int(found[3])
    key = "above" if found[2] == ">" else "below"
    sides = (limit, None) if key == "above" else (None, limit)
    if "#" in found[1] or condition(found[1], *sides) != expr:
        return expr, {}
    return found[1], {key: limit}


def _is_name(label: str) -> bool:
    """Return whether a label can be the name of an argument. Python would write others in another way."""
    return label.isascii() and label.isidentifier() and not keyword.iskeyword(label)


def _named(groups: list[Call], found: dict[str, Any]) -> list[Call]:
    """Return the groups with names for the long values that repeat, which are added to ``found``."""
    every = [(name, value) for call in calls(groups) for name, value in call.keywords.items()]
    times = Counter(expression(value) for _, value in every)
    names: dict[str, str] = {}
    for argument, value in every:
        text = expression(value)
        if times[text] < _TIMES or len(text) < _LONG or text in names:
            continue
        number = 1
        while (free := f"{argument.upper()}_{number}" if number > 1 else argument.upper()) in found:
            number += 1
        names[text] = free
        found[names[text]] = value

    def with_names(call: Call) -> Call:
        keywords = {
            name: Name(names[text]) if (text := expression(value)) in names else value
            for name, value in call.keywords.items()
        }
        return replace(call, keywords=keywords)

    result: list[Call] = changed(groups, with_names) if names else groups
    return result
