"""Settings for only some series or columns of a panel."""

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring.arguments import (
    Form,
    NotSayableError,
    arguments_of,
    checked,
    custom,
    read,
    used_by_helper,
    words,
    write,
)
from dashkit.authoring.call import Call
from dashkit.authoring.cells import CellOptions
from dashkit.authoring.conform import nearest
from dashkit.authoring.fields import AxisOptions, LineOptions, ValueOptions
from dashkit.authoring.paths import merge
from dashkit.authoring.renamed import warn_renamed


@dataclass(frozen=True, slots=True)
class FieldOverride:
    """Settings for only some series or columns."""

    matcher: str
    options: Any
    properties: tuple[tuple[str, Any], ...]

    def to_json_data(self) -> dict[str, Any]:
        return {
            "matcher": {"id": self.matcher, "options": self.options},
            "properties": [{"id": key, "value": value} for key, value in self.properties],
        }


_PARTS = ("legend", "tooltip", "viz")
_HIDDEN = Form(
    lambda value: {part: value is True or part in (value or ()) for part in _PARTS},
    lambda value: True if all(value[part] for part in _PARTS) else [part for part in _PARTS if value[part]],
)


class OverrideOptions(ValueOptions, AxisOptions, LineOptions, CellOptions, total=False):
    """What `override` can set: whatever the values, axes, lines and cells of a panel have."""

    #: Hide it everywhere, or only from the ``legend``, the ``tooltip`` or the graph itself (``viz``).
    hidden: Annotated[bool | list[Literal["legend", "tooltip", "viz"]] | None, custom("hideFrom", form=_HIDDEN)]
    #: Fill the area down to the series of this name.
    fill_below_to: Annotated[str | None, custom("fillBelowTo")]
    #: Mirror the series at zero.
    negative: Annotated[bool | None, custom("transform", form=words({True: "negative-Y", False: None}))]
    #: Raw field settings of the panel's kind, by Grafana's names.
    custom: Annotated[dict[str, Any] | None, used_by_helper()]


#: The order that properties have had from the first, so that compiled dashboards stay as they are. Others follow.
_FIRST = (
    "color", "unit", "displayName", "decimals", "custom.width", "thresholds", "mappings", "custom.lineStyle",
    "custom.axisPlacement", "custom.hideFrom", "custom.cellOptions",
)  # fmt: skip
_NO_DEFAULTS = dict.fromkeys(arguments_of(OverrideOptions))


def override(
    name: str = "", *, regex: str = "", query: str = "", type: str = "", **options: Unpack[OverrideOptions]
) -> FieldOverride:
    """Change settings of the series or column ``name``, or of those that match.

    Args:
        regex: a pattern for the names, such as ``/^error/``.
        query: the refId of a query.
        type: the type of a column: ``number``, ``string``, ``time``.

    Raises:
        ValueError: not exactly one of these is given.
    """
    chosen = [("byName", name), ("byRegexp", regex), ("byFrameRefID", query), ("byType", type)]
    given = [(matcher, value) for matcher, value in chosen if value]
    if len(given) != 1:
        raise ValueError("override needs exactly one of: a name, regex=, query=, type=")
    where = f"override {given[0][1]!r}"
    told = checked(OverrideOptions, _with_snake_names(options, where), where)
    json: dict[str, Any] = {}
    write(OverrideOptions, told, json, _NO_DEFAULTS)
    defaults = json.get("fieldConfig", {}).get("defaults", {})
    merge(defaults, {"custom": told.get("custom") or {}})
    inner = defaults.pop("custom", {})
    properties = {**defaults, **{f"custom.{key}": value for key, value in inner.items()}}
    return FieldOverride(*given[0], tuple((key, properties[key]) for key in sorted(properties, key=_rank)))


def _rank(key: str) -> int:
    return _FIRST.index(key) if key in _FIRST else len(_FIRST)


def property_order(key: str) -> tuple[int, int]:
    """Return what to sort the properties of an override by, so that they stand as `override` writes its arguments."""
    return _rank(key), _written().get(key, len(_written()))


@cache
def _written() -> dict[str, int]:
    """Return when `override` writes each property that its arguments have: those of a panel's kind follow the standard ones."""
    paths = [argument.place.path[2:] for argument in arguments_of(OverrideOptions).values() if argument.place.path]
    standard = [str(path[0]) for path in paths if path[0] != "custom"]
    own = [f"custom.{path[1]}" for path in paths if path[0] == "custom"]
    return {key: number for number, key in enumerate(dict.fromkeys([*standard, *own]))}


def _with_snake_names(options: Any, where: str) -> dict[str, Any]:
    """Take settings by Grafana's names, which works until 0.2, with a warning."""
    known = arguments_of(OverrideOptions)
    result: dict[str, Any] = {}
    for key, value in options.items():
        ours = next((name for name, one in known.items() if one.place.path[-2:] == ("custom", key)), "")
        if key in known or not any(letter.isupper() for letter in key):
            result[key] = value
        elif ours:
            warn_renamed(f"{where}: {key}= is now {ours}={value!r}")
            result[ours] = value
        else:
            raise TypeError(
                f"{where} has no option {key!r}{nearest(key, known)}; for a raw one: custom={{{key!r}: ...}}"
            )
    return result


_MATCHERS = {"byRegexp": "regex", "byFrameRefID": "query", "byType": "type"}


def _read_override(entry: Any) -> Call:
    matcher, chosen = entry["matcher"]["id"], entry["matcher"].get("options")
    if not isinstance(chosen, str) or matcher not in ("byName", *_MATCHERS):
        raise NotSayableError
    defaults: dict[str, Any] = {"custom": {}}
    for item in entry["properties"]:
        prefix, _, key = item["id"].rpartition("custom.")
        (defaults["custom"] if prefix == "" and "custom." in item["id"] else defaults)[key or item["id"]] = item[
            "value"
        ]
    source = deepcopy({"fieldConfig": {"defaults": {key: value for key, value in defaults.items() if value != {}}}})
    keywords = read(OverrideOptions, source, _NO_DEFAULTS)
    left = source.get("fieldConfig", {}).get("defaults", {})
    if left.get("custom"):
        keywords["custom"] = left.pop("custom")
    where = {_MATCHERS[matcher]: chosen} if matcher in _MATCHERS else {}
    call = Call("override", () if where else (chosen,), {**where, **keywords})
    if left.keys() - {"custom"} or call.make().to_json_data() != entry:
        raise NotSayableError
    return call


def _read_or_keep(entry: Any) -> Any:
    """Return the call that makes an override, or its JSON."""
    try:
        return _read_override(entry)
    except (NotSayableError, ValueError, LookupError, TypeError, AttributeError):
        if isinstance(entry, dict):
            return entry
        raise


OVERRIDES = Form(
    lambda value: [entry if isinstance(entry, dict) else entry.to_json_data() for entry in value] or None,
    lambda value: [_read_or_keep(entry) for entry in value] or None,
    calls=True,
)
