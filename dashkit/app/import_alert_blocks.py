"""Write what were alert blocks of old panels as alert modules, with a proof that these make the rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dashkit.app.import_request import Imported, Request
from dashkit.app.import_rules import ImportedRules, Module, alerts_root, proven, saved
from dashkit.app.ports import Ports
from dashkit.authoring.call import Call
from dashkit.errors import InputError
from dashkit.importer.names import module_name
from dashkit.importer.rule_groups import groups_of
from dashkit.importer.rules import alert_call, group_call_of, groups_module, system_name
from dashkit.importer.upgrade.alert_blocks import AlertBlocks


def write(results: Sequence[Imported], request: Request, ports: Ports) -> list[Imported]:
    """Write a module of rules for each dashboard that had alerts in its panels, and return what became of all of them."""
    with_alerts = [one for one in results if one.error is None and one.alerts.groups]
    if not with_alerts:
        return list(results)
    to = alerts_root(ports.project, request.to)
    made = [saved(module, to, force=request.force) for module in proven(list(_modules(with_alerts)))]
    found = dict(zip((one.source for one in with_alerts), made, strict=True))
    return [_told(one, found[one.source]) if one.source in found else one for one in results]


def _told(one: Imported, rules: ImportedRules) -> Imported:
    if rules.error is not None:
        why = f"{'; '.join(one.alerts.unwritten)}: {rules.error.message}"
        return replace(one, lost=(*one.lost, why))
    lines = [f"{words} in {rules.file}" for words in one.alerts.written]
    return replace(one, modernised=(*one.modernised, *lines))


def _modules(imported: Sequence[Imported]) -> Iterator[Module]:
    files: set[str] = set()
    names: set[str] = set()
    for one in imported:
        file = module_name(f"{one.title} alerts", one.uid, files) + ".py"
        files.add(Path(file).stem)
        taken = any(group["name"] in names for group in one.alerts.groups)
        told = [{**group, "name": f"{group['name']} ({one.uid})"} if taken else group for group in one.alerts.groups]
        names.update(group["name"] for group in told)
        made = ImportedRules(one.source, file, alerts=sum(len(group["rules"]) for group in told))
        try:
            groups = groups_of({"groups": told}, one.source)
            calls = list(_calls(groups, one.alerts, one))
        except InputError as error:
            yield Module(replace(made, file="", error=error), "")
        else:
            yield Module(made, groups_module(calls, f"Alert rules of {one.title}"), groups)


def _calls(groups: Sequence[dict[str, Any]], blocks: AlertBlocks, one: Imported) -> Iterator[Call]:
    for group, more in zip(groups, blocks.grafana.values(), strict=True):
        rules = [alert_call(rule, grafana=said) for rule, said in zip(group["rules"], more, strict=True)]
        settings = {key: value for key, value in group.items() if key not in ("name", "rules")}
        yield group_call_of(group["name"], system_name(one.title), rules, settings, where=one.source)
