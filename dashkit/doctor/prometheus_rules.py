"""The rules of the source beside those that a Prometheus has loaded. Pure.

https://prometheus.io/docs/prometheus/latest/querying/api/#rules
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashkit.doctor.row import Row, State
from dashkit.model.durations import duration, seconds
from dashkit.model.words import counted
from dashkit.promql.same import same_expression

PART = "Prometheus"
#: How the rules of the source get into Prometheus.
BUILD = "dashkit rules build, copy build/rules/*.yml to where rule_files of Prometheus looks, and reload it"
_NONE = "a VictoriaMetrics lists the rules of its vmalert only with -vmalert.proxyURL"
#: How many rules a row names.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Differing:
    """A rule that Prometheus has in another form: what differs, in words."""

    group: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulesCompared:
    """Rules as their group and name."""

    same: int
    missing: tuple[tuple[str, str], ...]
    differing: tuple[Differing, ...]
    #: In a group of the project, but not in its source.
    unknown: tuple[tuple[str, str], ...]


def name_of(rule: Mapping[str, Any]) -> str:
    """Return the name of a rule of a rule file, or of the API."""
    return str(rule.get("alert") or rule.get("record") or rule.get("name") or "")


def compare_rules(wanted: Iterable[Mapping[str, Any]], live: Iterable[Mapping[str, Any]]) -> RulesCompared:
    """Compare groups of rule files with those that ``/api/v1/rules`` lists. Groups of anybody else do not count."""
    loaded: dict[str, list[Mapping[str, Any]]] = {}
    for group in live:
        loaded.setdefault(str(group.get("name")), []).extend(group.get("rules") or ())
    same, missing, differing = 0, [], []
    wanted = list(wanted)
    for group in wanted:
        name, left = str(group["name"]), loaded.get(str(group["name"]), [])
        for rule in group["rules"]:
            found = counterpart(rule, left, group.get("labels") or {})
            if found is None:
                missing.append((name, name_of(rule)))
                continue
            left.remove(found)
            words = tuple(how_it_differs(rule, found, group.get("labels") or {}))
            same += not words
            differing += [Differing(name, name_of(rule), words)] if words else []
    ours = dict.fromkeys(str(group["name"]) for group in wanted)
    unknown = [(name, name_of(rule)) for name in ours for rule in loaded.get(name, ())]
    return RulesCompared(same, tuple(missing), tuple(differing), tuple(unknown))


def counterpart(
    rule: Mapping[str, Any], loaded: Sequence[Mapping[str, Any]], shared: Mapping[str, str]
) -> Mapping[str, Any] | None:
    """Return the loaded rule of the same kind and name that has most in common with a rule; None if there is none."""
    kind = "alerting" if "alert" in rule else "recording"
    named = [entry for entry in loaded if entry.get("type") == kind and name_of(entry) == name_of(rule)]
    # Two alerts may share a name at different severities.
    return min(named, key=lambda entry: _distance(rule, entry, shared), default=None)


def _distance(rule: Mapping[str, Any], entry: Mapping[str, Any], shared: Mapping[str, str]) -> tuple[bool, int]:
    wanted, found = {**shared, **(rule.get("labels") or {})}, entry.get("labels") or {}
    return wanted.get("severity") != found.get("severity"), len(list(how_it_differs(rule, entry, shared)))


def how_it_differs(rule: Mapping[str, Any], entry: Mapping[str, Any], shared: Mapping[str, str]) -> Iterator[str]:
    """Yield in words how a loaded rule differs from one of a rule file. Annotations do not count: they decide nothing."""
    if not same_expression(str(rule["expr"]), str(entry.get("query"))):
        yield f"its expression is {entry.get('query')}"
    if "alert" in rule:
        for key, ours in (("duration", "for"), ("keepFiringFor", "keep_firing_for")):
            wanted = seconds(str(rule.get(ours) or "0"))
            if float(entry.get(key) or 0) != wanted:
                yield f"its `{ours}` is {duration(float(entry.get(key) or 0))}, in the source {duration(wanted)}"
    labels, found = {**shared, **(rule.get("labels") or {})}, entry.get("labels") or {}
    for label in sorted(labels.keys() | found.keys()):
        if labels.get(label) != found.get(label):
            yield f"its label {label} is {found.get(label)!r}, in the source {labels.get(label)!r}"


def rule_rows(wanted: Sequence[Mapping[str, Any]], live: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """Yield whether the rules of the source are loaded, whether all rules are healthy, and whether they are fast enough."""
    if wanted:
        yield from _compared(compare_rules(wanted, live), BUILD if live else f"{BUILD}; {_NONE}")
    yield from _health(live)
    yield from _speed(live)


def _compared(found: RulesCompared, mend: str) -> Iterator[Row]:
    total = found.same + len(found.missing) + len(found.differing)
    if found.missing:
        evidence = (
            f"{len(found.missing)} of {counted(total, 'rule')} of the source are not loaded: {_names(found.missing)}"
        )
        yield Row(State.FAILED, PART, "rules loaded", evidence, mend)
    if found.differing:
        first = found.differing[0]
        names = _names([(entry.group, entry.name) for entry in found.differing])
        words = f"of {first.name}, {'; '.join(first.words)}"
        evidence = f"{len(found.differing)} of {counted(total, 'rule')} of the source differ: {names}; {words}"
        yield Row(State.FAILED, PART, "rules as in the source", evidence, BUILD)
    if found.unknown:
        number = counted(len(found.unknown), "rule")
        evidence = f"{number} in groups of the project, but not in its source: {_names(found.unknown)}"
        yield Row(State.WARNING, PART, "rules nobody knows", evidence, BUILD)
    if not found.missing and not found.differing:
        yield Row(State.OK, PART, "rules loaded", f"all {counted(total, 'rule')} of the source, with the same content")


def _names(rules: Sequence[tuple[str, str]]) -> str:
    shown = [f"{name} ({group})" for group, name in dict.fromkeys(rules)]
    return ", ".join(shown[:_NAMED]) + (f" and {len(shown) - _NAMED} more" if len(shown) > _NAMED else "")


def _health(live: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    rules = [(str(group.get("name")), rule) for group in live for rule in group.get("rules") or ()]
    broken = [(group, rule) for group, rule in rules if rule.get("health") == "err" or rule.get("lastError")]
    if not broken:
        waiting = sum(rule.get("health") == "unknown" for _, rule in rules)
        more = f", {waiting} not evaluated yet" if waiting else ""
        yield Row(
            State.OK, PART, "rules healthy", f"{counted(len(rules), 'rule')} in {counted(len(live), 'group')}{more}"
        )
        return
    names = _names([(group, name_of(rule)) for group, rule in broken])
    evidence = f"{len(broken)} of {counted(len(rules), 'rule')} fail: {names}; {_line(broken[0][1].get('lastError'))}"
    yield Row(
        State.FAILED,
        PART,
        "rules healthy",
        evidence,
        f"correct the expression of {name_of(broken[0][1])}, and dashkit rules build",
    )


def _speed(live: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    slow = [group for group in live if _took(group) > float(group.get("interval") or 0) > 0]
    for group in slow:
        worst = max(group.get("rules") or [{}], key=_took)
        evidence = (
            f"takes {_took(group):.2g} s, longer than its {duration(float(group['interval']))}, so evaluations are left out; "
            f"its slowest rule is {name_of(worst)} with {_took(worst):.2g} s"
        )
        mend = "record what it reads first, give the group a longer interval, or make two groups of it"
        yield Row(State.FAILED, PART, f"speed of rule group {group.get('name')}", evidence, mend)
    if live and not slow:
        group = max(live, key=lambda entry: _took(entry) / (float(entry.get("interval") or 0) or 60))
        interval = duration(float(group.get("interval") or 0))
        evidence = f"the slowest, {group.get('name')}, takes {_took(group):.2g} s of its {interval}"
        yield Row(State.OK, PART, "speed of rules", evidence)


def _took(entry: Mapping[str, Any]) -> float:
    return float(entry.get("evaluationTime") or 0)


def _line(text: object) -> str:
    return " ".join(str(text or "").split())[:300]
