"""A request and its answer, without the web framework."""

from __future__ import annotations

import base64
import binascii
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
    """A status and a JSON body."""

    status: int
    body: Any


class Refusal(Exception):  # noqa: N818 - a way out of a handler, not an error of the program
    """Ends a handler with an error answer."""

    def __init__(self, code: int, message: str, fields: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        super().__init__(message)
        self.answer = Answer(code, {**(fields or {}), **more, "message": message})


@dataclass(frozen=True, slots=True)
class Call:
    """A request, as handlers see it."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    tags: tuple[str, ...]
    keys: tuple[str, ...]
    headers: Mapping[str, str]
    content: bytes
    #: The data of the organisation that the request is for, and of the first one, which has the server's users.
    store: Store
    main: Store
    organisation: int
    flavour: Flavour
    identity: Identity | None = None

    @property
    def modern(self) -> bool:
        return self.flavour.modern

    @property
    def resources(self) -> bool:
        return self.flavour.resources

    @property
    def unified(self) -> bool:
        return self.flavour.unified

    def newer(self, **fields: Any) -> dict[str, Any]:
        """Return fields that answers of 10 do not have."""
        return fields if self.modern else {}

    def newest(self, **fields: Any) -> dict[str, Any]:
        """Return fields that answers of 11 do not have either."""
        return fields if self.resources else {}

    def next_id(self) -> int:
        """Return the number of a new folder or dashboard. Unified storage gives out numbers of 16 digits."""
        return self.store.next_id("folder-or-dashboard") + (2**52 if self.unified else 0)

    @property
    def who(self) -> Identity:
        assert self.identity is not None
        return self.identity

    @property
    def author(self) -> str:
        """The name that a save is recorded under. 10 does not record which service account it was."""
        if self.who.account:
            return self.who.login.removeprefix("sa-1-") if self.modern else "Anonymous"
        return self.who.login

    def json(self) -> Any:
        """Return the body. Refuses with 400, as Grafana does, if it is not JSON."""
        try:
            return _json.parse(self.content)
        except InputError:
            raise self.refusal(400, "bad request data") from None

    def document(self, kind: str, key: str, missing: str) -> dict[str, Any]:
        """Return a stored document. Refuses with 404 and the text ``missing`` if there is none."""
        found = self.store.document(kind, key)
        if found is None:
            raise self.refusal(404, missing)
        return found

    def page(self, entries: list[Any], *, first: int = 1, size: str = "perpage", most: int = 1000) -> list[Any]:
        """Return the part of a list that the request is for."""
        each, page = self.number(size, most), self.number("page", first)
        return entries[max(0, page - first) * each :][:each]

    def paged(self, name: str, entries: list[Any], *, size: str = "perpage", most: int = 1000) -> dict[str, Any]:
        """Return a page of a list under a ``name``, with its number, its size and the number of all entries."""
        paging = {"page": self.number("page", 1), "perPage": self.number(size, most)}
        return {name: self.page(entries, size=size, most=most), "totalCount": len(entries), **paging}

    def number(self, name: str, default: int) -> int:
        """Return a number of the query string, or the default if it is missing or not a number."""
        try:
            return int(self.query.get(name, default))
        except ValueError:
            return default

    def need(self, action: str) -> None:
        """Refuse viewers with 403."""
        if self.who.role == "Viewer":
            self._forbid(action)

    def need_admin(self, action: str) -> None:
        """Refuse viewers and editors with 403."""
        if self.who.role != "Admin":
            self._forbid(action)

    def need_server_admin(self, action: str) -> None:
        """Refuse all but the server's admin with 403."""
        if self.who.login != "admin":
            self._forbid(action)

    def _forbid(self, action: str) -> NoReturn:
        raise Refusal(
            403,
            f"You'll need additional permissions to perform this action. Permissions needed: {action}",
            accessErrorId="ACE0000000000",
            title="Access denied",
        )

    def refusal(self, code: int, message: str, **more: Any) -> Refusal:
        """Return an error of the kind that has a traceID on 10 only."""
        return Refusal(code, message, {} if self.modern else {"traceID": ""}, **more)


def without(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return a copy without some keys."""
    return {name: entry for name, entry in value.items() if name not in names}


def token(place: str | int) -> str:
    """Return an opaque token for a position in a list."""
    return base64.b64encode(_json.compact({"o": place})).decode()


def position(text: str) -> Any:
    """Return the position that a token stands for; None without one."""
    try:
        return _json.parse(base64.b64decode(text, validate=True))["o"] if text else None
    except (binascii.Error, InputError, KeyError, TypeError):
        raise Refusal(500, f'get continue token ("{text}"): error decoding continue token') from None
