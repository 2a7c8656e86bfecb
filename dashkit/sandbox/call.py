"""A request and an answer, without the web framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from dashkit import _json
from dashkit.errors import InputError
from dashkit.sandbox.flavour import Flavour
from dashkit.sandbox.records import Identity
from dashkit.sandbox.store import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON body."""

    status: int
    body: Any


class Refusal(Exception):  # noqa: N818 - a way out of a handler, not an error of the program
    """Ends a handler with this answer."""

    def __init__(self, code: int, message: str, fields: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        super().__init__(message)
        self.answer = Answer(code, {**(fields or {}), **more, "message": message})


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler sees."""

    method: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    tags: tuple[str, ...]
    keys: tuple[str, ...]
    headers: Mapping[str, str]
    content: bytes
    #: Of the organisation that is asked, and of the server.
    store: Store
    main: Store
    organisation: int
    flavour: Flavour
    identity: Identity | None = None

    @property
    def who(self) -> Identity:
        assert self.identity is not None
        return self.identity

    @property
    def author(self) -> str:
        """Under which name a save is noted: 10 does not say which service account it was."""
        if self.who.account:
            return self.who.login.removeprefix("sa-1-") if self.flavour.modern else "Anonymous"
        return self.who.login

    def json(self) -> Any:
        """The body; 400 with Grafana's words where it is not JSON."""
        try:
            return _json.parse(self.content)
        except InputError:
            raise bad_request(self.flavour) from None

    def page(self, entries: list[Any], *, first: int = 1, size: str = "perpage", most: int = 1000) -> list[Any]:
        """The part of a list that the request asks for."""
        each, page = self.number(size, most), self.number("page", first)
        return entries[max(0, page - first) * each :][:each]

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.query.get(name, default))
        except ValueError:
            return default

    def need_server_admin(self, action: str) -> None:
        """403 for all but the server's admin."""
        if self.who.login != "admin":
            self.refuse(action)

    def need(self, action: str, *, viewer: bool = False) -> None:
        """403 in Grafana's form unless the identity may; viewers only read."""
        if self.who.role == "Viewer" and not viewer:
            self.refuse(action)

    def need_admin(self, action: str) -> None:
        """403 for viewers and editors."""
        if self.who.role != "Admin":
            self.refuse(action)

    def refuse(self, action: str) -> NoReturn:
        raise Refusal(
            403,
            f"You'll need additional permissions to perform this action. Permissions needed: {action}",
            accessErrorId="ACE0000000000",
            title="Access denied",
        )


def bad_request(flavour: Flavour) -> Refusal:
    return refusal(flavour, 400, "bad request data")


def refusal(flavour: Flavour, code: int, message: str) -> Refusal:
    """An error of the kind that 10.1 gives a traceID and 12.3 none."""
    return Refusal(code, message, {} if flavour.modern else {"traceID": ""})
