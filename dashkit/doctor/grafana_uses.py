"""Which datasources the dashboards and rules of a project use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashkit.document.datasources import NO_REAL
from dashkit.lint.datasources import DatasourceUse, every_use
from dashkit.lint.elements import Board
from dashkit.lint.logql import open_selector
from dashkit.lint.values import datasource_uid, mapping, text

LOKI = "loki"


@dataclass(frozen=True, slots=True)
class Uses:
    """Who uses what. Users are uids of dashboards, and names of groups of rules.

    Attributes:
        uids: by the uid (or name) of a datasource; empty for the organisation's default. The types are those that the
            references say.
        variables: by the type of a datasource, the dashboards that let people choose one.
        logs: the selectors of log queries, by the uid of their Loki; empty where people choose it.
    """

    uids: Mapping[str, Use]
    variables: Mapping[str, frozenset[str]]
    logs: Mapping[str, frozenset[str]]

    @property
    def types(self) -> frozenset[str]:
        """The types of all datasources that are used."""
        return frozenset(self.variables) | {kind for use in self.uids.values() for kind in use.types}


@dataclass(frozen=True, slots=True)
class Use:
    """The types that references to one datasource name, and who has the references."""

    types: frozenset[str]
    users: frozenset[str]


def uses(boards: Iterable[Board], rules: Iterable[tuple[str, str, str]]) -> Uses:
    """Return what is used by dashboards, and by ``rules``: the uid and type of a datasource, and the group."""
    uids: dict[str, Use] = {}
    variables: dict[str, frozenset[str]] = {}
    logs: dict[str, frozenset[str]] = {}
    for board in boards:
        for uid, kind in _references(board):
            _add(uids, uid, kind, board.name)
        for kind in board.datasource_variables.values():
            variables[kind] = variables.get(kind, frozenset()) | {board.name}
        for uid, selector in _selectors(board):
            logs[uid] = logs.get(uid, frozenset()) | {selector}
    for uid, kind, group in rules:
        _add(uids, uid, kind, group)
    return Uses(uids, variables, logs)


def _add(found: dict[str, Use], uid: str, kind: str, user: str) -> None:
    before = found.get(uid, Use(frozenset(), frozenset()))
    found[uid] = Use(before.types | ({kind} - {""}), before.users | {user})


def _references(board: Board) -> Iterator[tuple[str, str]]:
    """Yield uid and type of each datasource that is named, not chosen by a variable."""
    for use in every_use(board):
        if (use.uid not in NO_REAL and not _variable(use.uid)) or _default(use):
            yield use.uid, use.type


def _default(use: DatasourceUse) -> bool:
    """Return whether it is a panel whose queries go to the organisation's default datasource."""
    if use.uid or use.panel is None or use.pointer != "/datasource":
        return False
    return any(not datasource_uid(target.get("datasource")) for target in use.panel.targets)


def _variable(uid: str) -> bool:
    return "$" in uid or "[[" in uid


def _selectors(board: Board) -> Iterator[tuple[str, str]]:
    for query in board.queries:
        selector = open_selector(query.text) if query.language == LOKI else ""
        if selector:
            own = query.target.get("datasource") or (query.panel.json.get("datasource") if query.panel else None)
            kind = text(mapping(own).get("type")) or LOKI
            uid = datasource_uid(own)
            yield ("" if _variable(uid) or kind != LOKI else uid), selector
