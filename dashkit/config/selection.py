"""Several contexts at once: those of a group, those that a pattern matches, and the share of one runner of several."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from dashkit.config.context import Context, named
from dashkit.config.project import Project
from dashkit.errors import ConfigError, UsageError


@dataclass(frozen=True, slots=True)
class Selection:
    """Contexts in the order of dashkit.yaml; ``unnamed`` are the protected ones that no option names in full."""

    contexts: tuple[Context, ...]
    unnamed: frozenset[str] = frozenset()


def is_pattern(text: str, project: Project) -> bool:
    """Return whether a value of ``--context`` stands for any number of contexts: ``eu-*``."""
    return text not in project.contexts and any(character in text for character in "*?[")


def selected(
    project: Project, names: Sequence[str], groups: Sequence[str], environ: Mapping[str, str], shard: str = ""
) -> Selection:
    """Return the contexts that names, patterns or groups select.

    Raises:
        ConfigError: a name, pattern or group selects nothing.
        UsageError: both names and groups are given, or the shard is not one.
    """
    if names and groups:
        raise UsageError(
            "--group and --context exclude each other: with both, it is not clear whether few or many are meant",
            hint="repeat one of them: --context 'eu-*' --context us-1",
        )
    chosen: set[str] = set()
    explicit: set[str] = set()
    for text in names:
        if is_pattern(text, project):
            chosen.update(_matching(project, text))
        else:
            named(project, text, environ)
            explicit.add(text)
    for group in groups:
        chosen.update(_members(project, group))
    # One that only DASHKIT_URL describes is not in the file.
    known = [*project.contexts, *(name for name in names if name in explicit and name not in project.contexts)]
    contexts = [named(project, name, environ) for name in dict.fromkeys(known) if name in chosen | explicit]
    if shard:
        contexts = shard_of(contexts, *parse_shard(shard))
    return Selection(tuple(contexts), frozenset(one.name for one in contexts if one.protected) - explicit)


def parse_shard(text: str) -> tuple[int, int]:
    """Return the number of a shard and how many there are: ``0/4`` is the first of four. Raises `UsageError` for others."""
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    number, count = map(int, found.groups()) if found else (0, 0)
    if number >= count:
        empty = text.startswith("/")
        why = "the number is missing" if empty else "expected NUMBER/COUNT, and the number counts from 0"
        hint = "is a variable not set?" if empty else "the first of four is 0/4, the last 3/4"
        raise UsageError(f"--shard {text!r}: {why}", hint=hint)
    return number, count


def shard_of(contexts: Sequence[Context], number: int, count: int) -> list[Context]:
    """Return the share of one of ``count`` runners. Organisations of one server stay together: the server has limits."""
    urls = list(dict.fromkeys(context.url.lower() for context in contexts))
    mine = set(urls[number::count])
    return [context for context in contexts if context.url.lower() in mine]


def _matching(project: Project, pattern: str) -> list[str]:
    found = [name for name in project.contexts if fnmatchcase(name, pattern)]
    if not found:
        known = ", ".join(project.contexts) or "none"
        raise ConfigError(f"no context matches {pattern!r}", where=_where(project), hint=f"known contexts: {known}")
    return found


def _members(project: Project, group: str) -> list[str]:
    found = [name for name, value in project.contexts.items() if group in value.get("groups", ())]
    if not found:
        known = sorted({name for value in project.contexts.values() for name in value.get("groups", ())})
        hint = f"known groups: {', '.join(known)}" if known else f"give each of its contexts `groups: [{group}]`"
        raise ConfigError(f"no context is in a group {group!r}", where=_where(project), hint=hint)
    return found


def _where(project: Project) -> str:
    return str(project.file or "dashkit.yaml")
