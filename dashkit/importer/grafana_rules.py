"""Grafana-managed rules as calls of `dashkit.authoring`: what `dashkit.deploy.alert_groups` writes, read backwards. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit.authoring.call import Call
from dashkit.authoring.plain_alerts import KEYS
from dashkit.deploy.alert_documents import DASHBOARD, PROJECT_LABEL, plain_uid
from dashkit.deploy.alert_forms import Form, OtherFormError, alert_form, queried, recording_form, texts_of
from dashkit.deploy.alert_groups import DIGEST, OWNER, desired_rules, owner_of
from dashkit.deploy.recording_rules import STAGE, recorded_uid, source_group
from dashkit.errors import InputError
from dashkit.importer.rules import alert_call, group_call_of, record_call, system_name
from dashkit.model.alerts import AlertGroup, PlainAlert, RecordingRule
from dashkit.model.durations import canonical
from dashkit.model.live import GrafanaAlertGroup

Json = dict[str, Any]

_USUAL_INTERVAL = 60
_NUMBERED = re.compile(r"(.+) \(\d+\)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where live rules are from, so that what the context adds to them can be taken away.

    Attributes:
        folders: what a group says of its folder, by the folder's uid; empty for the project's folder of alerts. Folders
            that the context never writes to are missing.
        datasource: the uid of the datasource that the project's alerts query there, unless their group names another.
        datasources: what a group says of its datasource, by uid; empty for that of all alerts. Others are no Prometheus.
    """

    owner: str
    datasource: str
    folders: Mapping[str, str]
    datasources: Mapping[str, str]
    uid_prefix: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A group of the source: the call that makes it, its system, and the live groups that it has to make again."""

    system: str
    call: Call
    live: tuple[GrafanaAlertGroup, ...]
    datasource: str
    alerts: int
    recording_rules: int


@dataclass(frozen=True, slots=True)
class Left:
    """A group that no module can make, and why, rule by rule."""

    folder: str
    name: str
    reasons: tuple[str, ...]


@dataclass(slots=True)
class _Titles:
    """The titles that are taken, by folder: those that are taken twice have to be said."""

    seen: set[tuple[str, str]] = field(default_factory=set)

    def again(self, folder: str, title: str) -> bool:
        before = (folder, title) in self.seen
        self.seen.add((folder, title))
        return before


def taken_groups(live: Iterable[GrafanaAlertGroup], origin: Origin) -> Iterator[Taken | Left]:
    """Yield each group as the call that makes it, or with what no call says. A group is taken as a whole, or not at all."""
    parts: dict[tuple[str, str], list[GrafanaAlertGroup]] = {}
    for group in live:
        parts.setdefault((group.folder_uid, source_group(group.name)), []).append(group)
    titles = _Titles()
    for (folder, name), members in parts.items():
        reasons: list[str] = []
        taken = _taken(name, sorted(members, key=_stage), origin, titles, reasons)
        yield taken or Left(origin.folders.get(folder, folder), name, tuple(reasons))


def rule_call(group: GrafanaAlertGroup, rule: Mapping[str, Any], system: str, origin: Origin) -> Call:
    """Return the call that makes a rule in a group of a system. Raises `OtherFormError` if none does."""
    return _call(group, rule, system, origin, _Titles())[1]


def _stage(group: GrafanaAlertGroup) -> tuple[bool, int]:
    """Sort the groups in which Grafana evaluates recording rules by their number, and that of the alerts last."""
    number = group.name.partition(STAGE)[2]
    return not number, int(number) if number.isdecimal() else 0


def _taken(
    name: str, members: list[GrafanaAlertGroup], origin: Origin, titles: _Titles, reasons: list[str]
) -> Taken | None:
    rules = [(group, rule) for group in members for rule in group.rules]
    asked = next(filter(None, (queried(rule) for _, rule in rules)), origin.datasource)
    if asked not in origin.datasources:
        reasons.append(f"it queries the datasource {asked}, which is no Prometheus")
        return None
    origin = replace(origin, datasource=asked)
    system = _system(name, members, origin)
    forms: list[Form] = []
    made: list[Call] = []
    for group, rule in rules:
        try:
            form, call = _call(group, rule, system, origin, titles)
        except OtherFormError as error:
            reasons.append(f"{rule['title']}: {error}")
        else:
            forms.append(form)
            made.append(call)
    if members[0].folder_uid not in origin.folders:
        reasons.append("it is outside of the context's `folder_prefix`")
    if len({group.interval for group in members}) > 1:
        reasons.append("its parts have different intervals")
    if len({form.late for form in forms}) > 1:
        reasons.append("its rules look at different times")
    if reasons:
        return None
    settings = _settings(members[0], forms, origin)
    try:
        call = group_call_of(name, system, made, settings)
    except InputError as error:
        reasons.append(error.message)
        return None
    records = sum("record" in rule for _, rule in rules)
    return Taken(system, call, tuple(members), asked, len(rules) - records, records)


def _settings(group: GrafanaAlertGroup, forms: list[Form], origin: Origin) -> Json:
    settings: Json = {}
    if group.interval != _USUAL_INTERVAL:
        settings["interval"] = canonical(f"{group.interval}s")
    if forms[0].late:
        settings["query_offset"] = canonical(f"{forms[0].late}s")
    if datasource := origin.datasources[origin.datasource]:
        settings["datasource"] = datasource
    if folder := origin.folders.get(group.folder_uid, ""):
        settings["folder"] = folder
    return settings


def _call(
    group: GrafanaAlertGroup, rule: Mapping[str, Any], system: str, origin: Origin, titles: _Titles
) -> tuple[Form, Call]:
    if (owner := owner_of(rule)) not in ("", origin.owner):
        raise OtherFormError(f"it belongs to another project ({owner})")
    if "record" in rule:
        if STAGE not in group.name:
            raise OtherFormError("it is a recording rule that dashkit did not push: a push would move it")
        form = recording_form(rule, origin.datasource)
        labels = dict(rule["labels"])
        return form, record_call({"record": rule["record"]["metric"], "expr": form.expr, "labels": labels}, exact=True)
    form = alert_form(rule, origin.datasource)
    return form, _alert(group, rule, form, system, origin, titles)


def _alert(
    group: GrafanaAlertGroup, rule: Mapping[str, Any], form: Form, system: str, origin: Origin, titles: _Titles
) -> Call:
    labels = {key: text for key, text in rule["labels"].items() if key != PROJECT_LABEL}
    texts = {key: texts_of(text, form) for key, text in rule["annotations"].items() if key not in (OWNER, DIGEST)}
    if DASHBOARD in texts:
        texts[DASHBOARD] = _without_prefix(texts[DASHBOARD], origin, "it links to a dashboard")
    title = str(rule["title"])
    said: Json = {
        "alert": _alert_name(rule, title, labels.get("severity", "")),
        "expr": form.expr,
        "for": _duration(rule["for"]),
        "keep_firing_for": _duration(rule.get("keep_firing_for")),
        "labels": labels,
        "annotations": texts,
    }
    plain = alert_call(said, limit=form.limit)
    grafana = _grafana(plain, rule, group, system, origin)
    if titles.again(group.folder_uid, title):
        grafana["title"] = title
    return alert_call(said, limit=form.limit, grafana=grafana or None)


def _alert_name(rule: Mapping[str, Any], title: str, severity: str) -> str:
    """Return the title without what a push adds: the severity, and a number if there are several of that name."""
    ending = f" ({severity})" if severity else ""
    numbered = _NUMBERED.fullmatch(title) if owner_of(rule) else None
    whole = numbered[1] if numbered and numbered[1].endswith(ending) else title
    return whole.removesuffix(ending) or title


def _duration(text: Any) -> str | None:
    return None if text in (None, "", "0s") else str(text)


def _grafana(plain: Call, rule: Mapping[str, Any], group: GrafanaAlertGroup, system: str, origin: Origin) -> Json:
    """Return what a rule has that a push of the plain alert would make in another way."""
    made = made_document(plain, system, origin)
    found = {key: rule[key] for key in sorted(KEYS - {"annotations"}) if key in rule and rule[key] != made.get(key)}
    if "uid" in found:
        found["uid"] = _without_prefix(str(found["uid"]), origin, "its uid is one")
    live = {key: text for key, text in rule["annotations"].items() if key not in (OWNER, DIGEST)}
    # A push of `$value` writes the reduced value. In a rule of others it is Grafana's text about all queries.
    other = {key: text for key, text in live.items() if re.search(r"\$value\b", text)}
    return found | ({"annotations": other} if other else {})


def made_document(call: Call, system: str, origin: Origin) -> Json:
    """Return what a push makes of an alert that is alone in its group."""
    try:
        alert: PlainAlert = call.make()
    except ValueError as error:
        raise OtherFormError(str(error)) from None
    (made,) = desired_rules(
        [AlertGroup("group", system, (alert,))], folder_uid="", datasource=origin.datasource, owner=origin.owner,
        uid_prefix=origin.uid_prefix,
    )  # fmt: skip
    return dict(made.rules[0])


def _without_prefix(uid: str, origin: Origin, what: str) -> str:
    if not uid.startswith(origin.uid_prefix):
        raise OtherFormError(f"{what} without the context's `uid_prefix` {origin.uid_prefix}: {uid}")
    return uid.removeprefix(origin.uid_prefix)


def _system(name: str, members: list[GrafanaAlertGroup], origin: Origin) -> str:
    """Return the system of a group: what its rules say, or what their uids are made of, or else the name of its folder."""
    rules = [rule for group in members for rule in group.rules]
    said = {str(rule["labels"].get("system", "")) for rule in rules}
    candidates = [*said] if len(said) == 1 else []
    candidates += [found for rule in rules if owner_of(rule) for found in _system_of(rule, origin)]
    for candidate in candidates:
        if candidate and system_name(candidate) == candidate:
            return candidate
    folder = origin.folders.get(members[0].folder_uid, "")
    return system_name(folder.rpartition("/")[2] or name)


def _system_of(rule: Mapping[str, Any], origin: Origin) -> Iterator[str]:
    """Yield what the uid of a rule that was pushed says of its system, since it is made of that and of the rule's name."""
    uid, title = str(rule["uid"]).removeprefix(origin.uid_prefix), str(rule["title"])
    severity = str(rule["labels"].get("severity", ""))
    for place in (found.start() for found in re.finditer("-", uid)):
        system = origin.uid_prefix + uid[:place]
        if "record" in rule:
            made = recorded_uid(RecordingRule(str(rule["record"]["metric"]), "", rule["labels"]), system, title)
        else:
            made = plain_uid(system, title.removesuffix(f" ({severity})"), severity)
        if made == rule["uid"]:
            yield uid[:place]
