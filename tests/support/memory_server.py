"""A server in memory for the loop that writes, and the objects that go to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dashkit.deploy.outcome import Result
from dashkit.deploy.steps import Action, Step
from dashkit.errors import ServerError
from dashkit.model.item import Item, Limits
from dashkit.model.live import Version
from dashkit.model.secret import Secret


class Server:
    """Objects in memory; ``log`` has what was asked, ``answers`` what is answered next instead of doing it."""

    unique_titles, writers = False, 1

    def __init__(self, *items: Item) -> None:
        self.objects = {item.ref: item for item in items}
        self.log: list[str] = []
        #: Of dashboards whose saves prove nothing.
        self.histories: dict[str, list[Version] | None] = {}
        #: By key: called with the write that it may carry out or not.
        self.answers: dict[str, list[Callable[[Callable[[], None]], None]]] = {}

    def items(self, kind: str, limits: Limits | None = None) -> Iterator[Item]:
        self.log.append(f"read {kind}")
        return iter([item for ref, item in self.objects.items() if ref.kind == kind])

    def put(self, item: Item, live: Item | None, secrets: Mapping[str, Secret] | None = None) -> None:
        self.log.append(f"put {item.ref}")

        def do() -> None:
            self.objects[item.ref] = item

        waiting = self.answers.get(item.key)
        if waiting:
            waiting.pop(0)(do)
        else:
            do()

    def proves(self, item: Item, live: Item | None) -> bool:
        return item.key not in self.histories

    def versions(self, uid: str, limit: int = 20) -> list[Version] | None:
        return self.histories[uid]

    def remove(self, item: Item) -> None:
        self.log.append(f"remove {item.ref}")
        self.objects.pop(item.ref, None)


def lost(do: Callable[[], None]) -> None:
    """Done, but the answer never comes."""
    do()
    raise ServerError("no answer")


def refused(do: Callable[[], None]) -> None:
    """Not done, and whether it was is unknown."""
    raise ServerError("database is locked", status=500)


def gone(do: Callable[[], None]) -> None:
    raise ServerError("cannot connect")


def group(name: str, *rules: str, wait: str = "5m") -> Item:
    found = [{"uid": uid, "for": wait} for uid in rules]
    return Item("alert-rules", f"f/{name}", name, {"folder": "f", "group": name, "interval": 60, "rules": found})


def board(uid: str, version: int = 1, **spec: Any) -> Item:
    content = {"folder": "", "schema": "classic", "spec": {"title": uid, **spec}}
    return Item("dashboards", uid, uid, content, server={"version": version})


def update(base: Item, item: Item) -> Step:
    return Step(Action.UPDATE, item.ref, item.name, base, item)


def create(item: Item) -> Step:
    return Step(Action.CREATE, item.ref, item.name, item=item)


def errors(result: Result) -> list[str]:
    return [str(error) if error else "" for error in result.errors]
