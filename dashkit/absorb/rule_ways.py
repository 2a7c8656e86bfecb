"""The ways to change a rule in the code, and what to tell a person where there is none."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.absorb.edits import Edit, Insert
from dashkit.absorb.reshape import given
from dashkit.absorb.rule_edit import RuleChange, Unsaid
from dashkit.absorb.site import Site, argument
from dashkit.absorb.source import Assigned
from dashkit.absorb.told import ByHand, short, there
from dashkit.absorb.values import ABSENT, Edits, code, using, write
from dashkit.authoring.call import Call
from dashkit.deploy.alert_leaves import NOTHING


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule that somebody made in Grafana, as the call that makes it."""

    title: str
    call: Call


def rule_ways(change: RuleChange, site: Site) -> Iterator[Edits]:
    """Yield ways to give the call that makes a rule, or the calls around it, another argument."""
    for new in change.new:
        yield from given(site, change.name, change.old, new)
    if change.name in ("above", "below"):
        yield from _limits(change, site)


def _limits(change: RuleChange, site: Site | None) -> Iterator[Edits]:
    """Yield ways to change one value of the `Limit` that a call is given, which makes an alert of each of its values."""
    while site is not None:
        call, source = site.call, site.source
        node = argument(call, site.callee, "limit") if call is not None else None
        if isinstance(node, ast.Name) and isinstance(bound := source.binding(node), Assigned) and bound.uses == 1:
            node = bound.value
        for keyword in node.keywords if isinstance(node, ast.Call) else ():
            value = keyword.value
            if isinstance(value, ast.Constant) and value.value == change.old and change.new[0] is not ABSENT:
                yield write(source, value, change.new[0])
        site = site.outer


def new_rule_ways(rules: list[NewRule], site: Site) -> Iterator[Edits]:
    """Yield the way to give a call of `rule_group` more rules, at the end."""
    call, source = site.call, site.source
    if call is not None and site.alone and site.callee.takes_more and len(call.args) >= site.callee.positional:
        edits: list[Edit] = [Insert(source, call, None, (code(one.call),)) for one in rules]
        yield (*edits, *using(source, *(one.call for one in rules)))


def rule_by_hand(title: str, change: RuleChange | Unsaid | NewRule, site: Site | None) -> ByHand:
    """Describe a change of a rule that was not made."""
    if isinstance(change, NewRule):
        return _placed(f"rule {change.title!r}: new", "*", short(code(change.call)), "", site)
    if isinstance(change, Unsaid):
        value = "nothing" if change.wanted is NOTHING else short(_shown(change.wanted))
        return _placed(f"{title}: {'.'.join(change.leaf)}", "", f"{change.leaf[-1]} {value}", change.why, site)
    new = change.new[0]
    wanted = f"without {change.name}=" if new is ABSENT else short(f"{change.name}={code(new)}")
    # `limit_alerts` takes both limits of a table at once.
    name = "limit" if change.name in ("above", "below") and site and site.callee.takes("limit") else change.name
    return _placed(f"{title}: {change.name}", name, wanted, "", site)


def _placed(what: str, name: str, wanted: str, why: str, site: Site | None) -> ByHand:
    if site is None:
        return ByHand(what, "", "", wanted, why or "the call that makes it is not known")
    place, code_there = there(site, name)
    return ByHand(what, place, code_there, wanted, why or _why(site))


def _why(site: Site) -> str:
    number = len(site.made)
    if number > 1:
        groups = len({group for group, _ in site.made})
        several = f" of {groups} groups" if groups > 1 else ""
        return f"this code makes {number} rules{several}, and only one of them was changed"
    return "no change of the code was found that makes just this"


def _shown(value: Any) -> str:
    return code(value) if isinstance(value, str | int | float | bool | list | Mapping | None) else str(value)
