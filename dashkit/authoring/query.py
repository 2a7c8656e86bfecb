"""What a query is: JSON for one kind of datasource, made from a table of arguments."""

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypedDict

from dashkit.authoring.arguments import NON_EMPTY, Form, NotSayableError, at, checked, used_by_helper, write
from dashkit.authoring.paths import Json, copied, merge


class Query:
    """A query of a panel. Make one with `prometheus`, `loki`, `sql` and their like, or `query` for any datasource."""

    def __init__(self, json: Json) -> None:
        self.json = json

    def to_json_data(self) -> Json:
        """Return the query as Grafana stores it."""
        return dict(self.json)

    def __repr__(self) -> str:
        text = self.json.get("expr") or self.json.get("query") or self.json.get("rawSql") or self.json.get("expression")
        return f"Query({text or self.json!r})"


class QueryOptions(TypedDict, total=False):
    """The options of every query."""

    #: The name that expressions and overrides refer to; by default A, B, C in order.
    ref: Annotated[str | None, at("refId", form=NON_EMPTY)]
    #: Do not show the result, for a query that only an expression uses.
    hide: Annotated[bool | None, at("hide", form=NON_EMPTY)]
    #: A uid, ``${variable}`` or an object. By default, that of the panel.
    datasource: Annotated[str | dict[str, str] | None, at("datasource")]
    #: Raw JSON, written over the query.
    raw: Annotated[dict[str, Any] | None, used_by_helper()]


@dataclass(frozen=True, slots=True)
class QueryKind:
    """A kind of query: its helper, its table of arguments, the first of which are positional, and the JSON they always have."""

    helper: str
    table: type
    positional: tuple[str, ...]
    #: The type of the datasource, and its uid if none is given. Without a uid, a query is for the panel's datasource.
    type: str = ""
    uid: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    #: The types of datasources whose queries look like this, if there is no ``type``.
    types: tuple[str, ...] = ()


def build_query(kind: QueryKind, positional: tuple[Any, ...], given: Mapping[str, Any]) -> Query:
    """Create a query from its arguments. Raises the errors of `checked`."""
    named = {**dict(zip(kind.positional, positional, strict=True)), **given}
    told = checked(kind.table, named, f"{kind.helper} {reprlib.repr(positional[0] if positional else kind.type)}")
    json: Json = copied(dict(kind.fixed))
    write(kind.table, told, json)
    if told.get("as_written"):
        json["expr"] = positional[0]
    reference = json.get("datasource", kind.uid)
    if isinstance(reference, str) and reference and kind.type:
        json["datasource"] = {"type": kind.type, "uid": reference}
    merge(json, told.get("raw") or {})
    return Query(json)


def _unfolded(value: Any) -> Any:
    if not isinstance(value, str) or " ".join(value.split()) != value:
        raise NotSayableError
    return value


#: A query in one line. Authors may write it on several.
ONE_LINE = Form(lambda value: " ".join(value.split()), _unfolded)
