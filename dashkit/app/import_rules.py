"""Turn rule files into alert modules, with a proof that these make the same rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from dashkit import _files
from dashkit.app.import_proof import made_by, module_folder
from dashkit.compiler.alerts import FOLDER
from dashkit.config.project import Project
from dashkit.errors import DashkitError, InputError
from dashkit.importer import fresh
from dashkit.importer.format import format_files, require_formatter
from dashkit.importer.names import free_name, module_name
from dashkit.importer.rule_groups import compared, groups_of
from dashkit.importer.rule_sources import RuleSource, looks_like_rules_json, read_rule_sources
from dashkit.importer.rules import group_call, groups_module, system_name
from dashkit.lint.files import looks_like_rules

_ROUTING = "routing"
_SUFFIXES = (".yml", ".yaml")
#: What dashboards are in.
_OTHERS = (".json", ".jsonnet", ".libsonnet")
_NAMELESS = re.compile(r"(prometheus[_-]?)?(alert|rule|alerting|recording|alerts|rules)([_-]rules)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """Rule files, and directories with such. ``to`` is where the directory ``alerts`` is, or that directory itself."""

    sources: tuple[Path, ...]
    to: Path = Path("dashboards")
    #: Overwrite files that differ.
    force: bool = False


@dataclass(frozen=True, slots=True)
class ImportedRules:
    """What became of the rules of one source.

    Attributes:
        source: the file that they were read from, or what of a server.
        file: the module that was written, relative to the target; empty if none was.
        equal: the module, compiled in a process of its own, makes the same.
        lines: of the module, and of the source.
        error: why nothing was written.
    """

    source: str
    file: str = ""
    equal: bool = False
    changed: bool = False
    alerts: int = 0
    recording_rules: int = 0
    lines: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = ()
    error: DashkitError | None = None


@dataclass(frozen=True, slots=True)
class Module:
    """A module to prove and to write: its name, its text, and what became of it so far."""

    imported: ImportedRules
    text: str
    groups: list[dict[str, Any]] = field(default_factory=list)


def split(sources: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return the rule files among sources, also those in directories, and the sources that may have dashboards."""
    rules: list[Path] = []
    others: list[Path] = []
    for source in sources:
        if source.is_dir():
            files = [path for path in sorted(source.rglob("*")) if path.is_file() and not _hidden(path, source)]
            found = [path for path in files if path.suffix in _SUFFIXES and looks_like_rules(_files.read_bytes(path))]
            rules += found
            others += [] if found and not any(path.suffix in _OTHERS for path in files) else [source]
        else:
            (rules if _is_rules(source) else others).append(source)
    return rules, others


def _is_rules(path: Path) -> bool:
    json = path.suffix == ".json" and path.is_file() and looks_like_rules_json(_files.read_bytes(path))
    return json or path.suffix in _SUFFIXES


def _hidden(path: Path, below: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(below).parts)


def alerts_root(project: Project, to: Path) -> Path:
    """Return where a directory ``alerts`` has to be so that a build finds it: the project's own directory around ``to``."""
    return next((root for root in project.dashboards if to.resolve().is_relative_to(root.resolve())), to)


def carry_out(request: Request) -> list[ImportedRules]:
    """Write a module for each rule file. A broken file hides no other.

    Raises:
        InputError: the formatter is not installed.
    """
    require_formatter()
    texts = [_Text(str(path), partial(_read, path)) for path in request.sources]
    return [saved(module, request.to, force=request.force) for module in proven(list(_modules(texts)))]


def from_groups(groups: Mapping[str, list[dict[str, Any]]], to: Path, *, force: bool) -> list[ImportedRules]:
    """Write a module for the groups of each mixin, which are plain data by where they are from."""
    texts = [_Text(where, partial(_checked, where, found)) for where, found in groups.items()]
    return [saved(module, to, force=force) for module in proven(list(_modules(texts)))]


@dataclass(frozen=True, slots=True)
class _Text:
    """Where rules are from, and how to read them: what there is, what it is about, and how many lines it has."""

    where: str
    read: Callable[[], tuple[list[RuleSource], str, int]]


def _read(path: Path) -> tuple[list[RuleSource], str, int]:
    if not path.exists():
        raise InputError("does not exist", where=str(path))
    data = _files.read_bytes(path)
    sources = read_rule_sources(data.removeprefix(b"\xef\xbb\xbf"), str(path))
    title = sources[0].name if len(sources) == 1 and sources[0].name else _title(path)
    return sources, title, data.count(b"\n")


def _checked(where: str, groups: list[dict[str, Any]]) -> tuple[list[RuleSource], str, int]:
    path = Path(where)
    title = path.parent.name if path.stem == "mixin" and path.parent.name else path.stem
    return [RuleSource("", _once(groups_of({"groups": groups}, where)))], title, 0


def _once(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return groups with a name each: the alerts and the recording rules of a mixin may have groups of the same name."""
    names: set[str] = set()
    found = []
    for group in groups:
        name = group["name"] if group["name"] not in names else free_name(f"{group['name']}.rules", names, ".")
        names.add(name)
        found.append({**group, "name": name})
    return found


def _modules(texts: Sequence[_Text]) -> Iterator[Module]:
    names: set[str] = set()
    groups: dict[str, str] = {}
    for text in texts:
        try:
            module = _module(text, names, groups)
        except InputError as error:
            error.where = error.where or text.where
            module = Module(ImportedRules(text.where, error=error), "")
        else:
            names.add(Path(module.imported.file).stem)
            groups |= {group["name"]: text.where for group in module.groups}
        yield module


def _module(text: _Text, names: set[str], taken: Mapping[str, str]) -> Module:
    where = text.where
    sources, title, lines = text.read()
    found: set[str] = set()
    for name in (group["name"] for source in sources for group in source.groups):
        if name in found or name in taken:
            other = taken.get(name, where)
            raise InputError(f"group {name!r} is also in {other}: in a project, its name is its own", where=where)
        found.add(name)
    return module_of(sources, title, ImportedRules(where, file_name(title, names), lines=(0, lines)))


def _title(path: Path) -> str:
    """Return what a rule file is about: its name, with that of its directory if it only says that it has rules."""
    says_nothing = _NAMELESS.fullmatch(path.stem) and path.parent.name not in ("", "..")
    return f"{path.parent.name} {path.stem}" if says_nothing else path.stem


def file_name(title: str, taken: Collection[str]) -> str:
    """Return the name of the module for rules about something. That of the routing is never free."""
    taken = {*taken, _ROUTING}
    name = module_name(title, "rules", taken)
    # A name that no module can have gets another beginning.
    return (module_name(f"rules {title}", "rules", taken) if name.startswith("dashboard_") else name) + ".py"


def module_of(sources: Sequence[RuleSource], name: str, imported: ImportedRules) -> Module:
    """Return the module of the groups of sources. ``name`` names those that do not name themselves."""
    calls = [
        group_call(group, system_name(source.name or name), where=imported.source)
        for source in sources
        for group in source.groups
    ]
    groups = [group for source in sources for group in source.groups]
    rules = [rule for group in groups for rule in group["rules"]]
    alerts = sum("alert" in rule for rule in rules)
    imported = replace(imported, alerts=alerts, recording_rules=len(rules) - alerts)
    return Module(imported, groups_module(calls, f"Alert rules of {name}"), groups)


def proven(modules: Sequence[Module]) -> list[Module]:
    """Return the modules, formatted; ``equal`` are those that make the same rules in a process of their own."""
    with fresh.folder() as folder:
        formatted = format_modules(modules, folder)
        made = made_by(folder)
    return [module if module.imported.error else _judged(module, made.groups, made.failures) for module in formatted]


def format_modules(modules: Sequence[Module], folder: Path) -> list[Module]:
    """Write the modules to the folder of a proof, and return them as they are formatted."""
    paths = {
        module.imported.file: module_folder(folder) / module.imported.file
        for module in modules
        if not module.imported.error
    }
    for module in modules:
        if not module.imported.error:
            _files.write_atomic(paths[module.imported.file], module.text.encode())
    format_files(folder)
    found = []
    for module in modules:
        imported = module.imported
        text = module.text if imported.error else _files.read_bytes(paths[imported.file]).decode()
        lines = (text.count("\n"), imported.lines[1])
        found.append(replace(module, text=text, imported=replace(imported, lines=lines)))
    return found


def _judged(module: Module, groups: Mapping[str, list[dict[str, Any]]], failures: Mapping[str, str]) -> Module:
    imported = module.imported
    reason = failures.get(imported.file, failures.get("", ""))
    made = groups.get(imported.file)
    equal = made is not None and compared(groups_of({"groups": made})) == compared(module.groups)
    if equal:
        return replace(module, imported=replace(imported, equal=True))
    why = f": {reason}" if reason else ""
    error = InputError(f"no module makes the same rules{why}; nothing was written", where=imported.source)
    return replace(module, imported=replace(imported, file="", error=error))


def saved(module: Module, to: Path, *, force: bool) -> ImportedRules:
    """Write a module that is proven, and return what became of it."""
    imported = module.imported
    if imported.error is not None:
        return imported
    name = imported.file if to.name == FOLDER else f"{FOLDER}/{imported.file}"
    try:
        target = _files.safe_join(to, name)
        data = module.text.encode()
        _files.refuse_other(target, data, force=force, where=imported.source)
        return replace(imported, file=name, changed=_files.write_atomic(target, data))
    except InputError as error:
        return replace(imported, file="", error=error)
