"""What the source has to make of rules that were edited in Grafana: what the source says, and on top of it what was edited. Pure.

A rule in Grafana holds a digest of what was pushed last, and nothing else of it. If the source has changed since, too, each
thing in which the two differ was changed on one side: a choice of sides that has the digest is what was pushed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from dashkit.deploy.alert_groups import DIGEST, OWNER, digest
from dashkit.deploy.alert_leaves import NOTHING, Leaf, differences, in_form, leaf_of, with_leaves
from dashkit.quiet.threeway import Conflict

Json = dict[str, Any]

#: So many differences at most are tried in all choices of sides.
_MOST = 12


@dataclass(frozen=True, slots=True)
class Target:
    """What becomes of a rule.

    Attributes:
        rule: what the source has to make.
        of_source: what the source has changed since the push.
        conflicts: what both sides may have changed; nothing is to be made of the rule then.
    """

    rule: Json
    of_source: tuple[Leaf, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def target_of(made: Mapping[str, Any], live: Mapping[str, Any], pushed: Mapping[str, Any] | None = None) -> Target:
    """Return what becomes of a rule.

    Args:
        made: what a push makes of the source.
        live: what Grafana has.
        pushed: what was pushed last, if the server knows.

    Raises:
        OtherFormError: no helper makes such a rule.
    """
    found = in_form(live, made)
    differing = differences(made, found)
    base = in_form(pushed, made) if pushed is not None else _base(made, found, differing, live)
    if base is None:
        return Target(found, conflicts=tuple(_conflict(leaf, made, found, None) for leaf in differing))
    of_source = tuple(leaf for leaf in differing if leaf_of(base, leaf) == leaf_of(found, leaf))
    both = [leaf for leaf in differing if leaf not in of_source and leaf_of(base, leaf) != leaf_of(made, leaf)]
    return Target(
        with_leaves(found, made, of_source), of_source, tuple(_conflict(leaf, made, found, base) for leaf in both)
    )


def _base(made: Mapping[str, Any], found: Json, differing: list[Leaf], live: Mapping[str, Any]) -> Json | None:
    """Return what was pushed: the choice of sides that has its digest; None if there is none, or too many to try."""
    pushed = str(live["annotations"].get(DIGEST, "")).partition(".")[0]
    for count in range(len(differing) + 1 if len(differing) <= _MOST else 1):
        for chosen in combinations(differing, count):
            # What the source changed is in Grafana as it was pushed, and the other way round.
            one = with_leaves(made, found, chosen)
            if digest(one) == pushed:
                return one
    return None


def _conflict(leaf: Leaf, made: Mapping[str, Any], live: Json, base: Json | None) -> Conflict:
    source, now, before = (
        None if one is None or (value := leaf_of(one, leaf)) is NOTHING else value for one in (made, live, base)
    )
    what = f"rule {made['title']!r}: {'.'.join(leaf)}"
    return Conflict(what, before if base is not None else "not known any more", source, now)


def copied_from(rule: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether somebody made a rule as a copy of another one, whose marks the copy has."""
    mark = rule["annotations"].get(DIGEST)
    others = (one for uid, one in known.items() if uid != rule["uid"])
    return not rule["annotations"].get(OWNER) or any(one["annotations"].get(DIGEST) == mark for one in others)
