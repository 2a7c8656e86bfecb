"""Alerts of before Grafana 9, which were blocks of graph panels, as rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dashkit.authoring.alerts import in_rules
from dashkit.authoring.paths import Json
from dashkit.document.datasources import References, query_type
from dashkit.document.v2.loose import mapping, objects, text
from dashkit.document.walk import entries, label, panels
from dashkit.importer.upgrade.alert_conditions import NotSayableError, condition
from dashkit.model.durations import is_duration
from dashkit.model.words import counted

_USUAL_FREQUENCY = "1m"
_NO_DATA = {"no_data": "NoData", "alerting": "Alerting", "ok": "OK", "keep_state": "KeepLast"}
_ERROR = {"alerting": "Alerting", "keep_state": "KeepLast", "ok": "OK", "error": "Error"}


@dataclass(frozen=True, slots=True)
class AlertBlocks:
    """The alerts of a dashboard.

    Attributes:
        groups: groups of rules, as a rule file has them: ``{name, interval, rules}``.
        grafana: what only a Grafana-managed rule says, by the names of the groups, in their order and that of their rules.
        lost: what cannot be said in a rule, in words.
    """

    groups: tuple[Json, ...] = ()
    grafana: Mapping[str, list[Json]] = field(default_factory=dict)
    lost: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[str, ...]:
        """What is said where a module of the rules is written."""
        return (f"{counted(self._count, 'alert block')} became {counted(self._count, 'rule')}",) if self._count else ()

    @property
    def unwritten(self) -> tuple[str, ...]:
        """What is said where none is."""
        return (f"{counted(self._count, 'alert block')}, of which no rule is written",) if self._count else ()

    @property
    def _count(self) -> int:
        return sum(len(group["rules"]) for group in self.groups)


def alert_blocks(spec: Json) -> AlertBlocks:
    """Take the alerts out of the panels of a document, whatever its schema, and return them."""
    references = References(entries(spec, "templating"), {})
    rules: dict[str, list[tuple[Json, Json]]] = {}
    lost: list[str] = []
    for panel, alert in _blocks(spec):
        name = text(alert.get("name")).strip() or f"{text(panel.get('title'))} alert".strip()
        lost += [f"alert {name!r}: {words}" for words in _unsaid(alert)]
        try:
            rule = _rule(name, alert, panel, references, _place(spec, panel))
        except NotSayableError as reason:
            lost.append(f"alert {name!r} of panel {label(panel)}: {reason}")
            continue
        every = text(alert.get("frequency"), _USUAL_FREQUENCY)
        every = every if is_duration(every) else _USUAL_FREQUENCY
        rules.setdefault(every, []).append((rule, _of_grafana(alert)))
    title = re.sub(r"\s*[/\\]\s*", " - ", text(spec.get("title"))).strip() or "alerts"
    names = {every: title if len(rules) == 1 else f"{title}, every {every}" for every in rules}
    return AlertBlocks(
        tuple(
            {"name": names[every], "interval": every, "rules": [rule for rule, _ in made]}
            for every, made in rules.items()
        ),
        {names[every]: [more for _, more in made] for every, made in rules.items()},
        tuple(lost),
    )


def _blocks(spec: Json) -> Iterator[tuple[Json, Json]]:
    for placed in panels(spec):
        if alert := mapping(placed.panel.pop("alert", None)):
            yield placed.panel, alert


def _rule(name: str, alert: Json, panel: Json, references: References, place: Mapping[str, str]) -> Json:
    targets = {text(one.get("refId")): one for one in objects(panel.get("targets"))}

    def query(ref: str) -> str:
        target = targets.get(ref)
        if target is None:
            raise NotSayableError(f"there is no query {ref or 'without a name'}")
        return _promql(target, panel, references)

    rule: Json = {"alert": name, "expr": condition(objects(alert.get("conditions")), query)}
    wait = text(alert.get("for"))
    if wait and is_duration(wait) and wait.strip("0smhd"):
        rule["for"] = wait
    labels = {_label(key): str(value) for key, value in mapping(alert.get("alertRuleTags")).items()}
    message = text(alert.get("message")).strip()
    # Braces were no template in a message.
    described = {"description": message.replace("{{", '{{ "{{" }}')} if message else {}
    annotations = {**described, **place}
    return {**rule, **({"labels": labels} if labels else {}), **({"annotations": annotations} if annotations else {})}


def _label(key: str) -> str:
    return re.sub(r"\W|^(?=\d)", "_", key, flags=re.ASCII)


def _promql(target: Json, panel: Json, references: References) -> str:
    hint = query_type(target)
    source = references.resolve(target.get("datasource"), hint=hint) or references.resolve(
        panel.get("datasource"), hint=hint
    )
    if (source or {}).get("type", hint) != "prometheus" or not text(target.get("expr")).strip():
        raise NotSayableError("its query is not one of Prometheus")
    step = text(target.get("interval")) or text(panel.get("interval"))
    known = {"__interval": step if is_duration(step) else _USUAL_FREQUENCY}
    try:
        return in_rules(target["expr"], known)
    except ValueError:
        raise NotSayableError("its query has variables of the dashboard") from None


def _place(spec: Json, panel: Json) -> dict[str, str]:
    """Return the annotations by which Grafana links a rule to its panel."""
    uid, number = text(spec.get("uid")), panel.get("id")
    return {"__dashboardUid__": uid, "__panelId__": str(number)} if uid and isinstance(number, int) else {}


def _of_grafana(alert: Json) -> Json:
    return {
        "noDataState": _NO_DATA.get(text(alert.get("noDataState")), "NoData"),
        "execErrState": _ERROR.get(text(alert.get("executionErrorState")), "Alerting"),
    }


def _unsaid(alert: Json) -> Iterator[str]:
    if told := objects(alert.get("notifications")):
        yield f"{counted(len(told), 'notification channel')}, which a route of the routing replaces"
