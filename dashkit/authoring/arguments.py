"""Arguments of helpers as tables: one line names an argument, types it, says where it stands in the JSON, and how it is checked.

A table is a ``TypedDict`` whose keys are the arguments::

    class StatOptions(TypedDict, total=False):
        #: How the numbers are coloured.
        color_mode: Annotated[ColorMode | None, option("colorMode", "value")]

A helper takes them by name (``**options: Unpack[StatOptions]``), so that editors and type checkers know them. `write` makes
JSON of them, and `read` finds them in JSON again, for the way back from a dashboard to code.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from dashkit.authoring.conform import MismatchError, conform, nearest
from dashkit.authoring.paths import Json, Path, prune, put, step
from dashkit.authoring.renamed import RENAMED, warn_renamed


class NotSayableError(Exception):
    """A JSON value that an argument has no words for."""


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Form:
    """How an argument's value is written as JSON, and read again. ``decode`` raises `NotSayableError`."""

    encode: Callable[[Any], Any] = _same
    decode: Callable[[Any], Any] = _same
    #: Decoded values are calls of helpers, which checked them.
    calls: bool = False


AS_IS = Form()
#: For what is left out if it is empty.
NON_EMPTY = Form(lambda value: value or None)


def words(known: Mapping[Any, Any]) -> Form:
    """Write each of the author's words as the JSON value that Grafana has for it."""

    def decode(value: Any) -> Any:
        for word, written in known.items():
            if type(written) is type(value) and written == value:
                return word
        raise NotSayableError

    return Form(known.__getitem__, decode)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an argument stands.

    ``default`` is the value if it is not given, or a function of the other arguments. None is: write nothing. An empty ``path``
    means that the helper itself uses the value. ``keys`` are given if the value is written as these keys of the object there.
    """

    path: Path
    default: Any = None
    form: Form = AS_IS
    check: Callable[[Any], Any] | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Argument:
    """A row of a table."""

    name: str
    type: Any
    place: Place


def at(
    path: str, default: Any = None, *, form: Form = AS_IS, check: Callable[[Any], Any] | None = None, keys: str = ""
) -> Place:
    """Return the place ``path``, such as ``options.sortBy.0.desc``."""
    parts = tuple(int(part) if part.isdigit() else part for part in path.split(".")) if path else ()
    return Place(parts, default, form, check, tuple(keys.split()))


def option(path: str, default: Any = None, **more: Any) -> Place:
    """Return a place among the panel's own options."""
    return at(f"options.{path}", default, **more)


def standard(path: str, default: Any = None, **more: Any) -> Place:
    """Return a place among the standard options, which all kinds of panels share."""
    return at(f"fieldConfig.defaults.{path}", default, **more)


def custom(path: str, default: Any = None, **more: Any) -> Place:
    """Return a place among the field options of one kind of panel."""
    return at(f"fieldConfig.defaults.custom.{path}", default, **more)


def used_by_helper(default: Any = None, *, check: Callable[[Any], Any] | None = None) -> Place:
    """Return no place: the helper makes other arguments of this one."""
    return Place((), default, check=check)


@cache
def arguments_of(table: type) -> Mapping[str, Argument]:
    """Return the rows of a ``TypedDict``, by name, those of its bases first."""
    return {name: _argument(name, hint) for name, hint in get_type_hints(table, include_extras=True).items()}


def _argument(name: str, hint: Any) -> Argument:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"the argument {name} has no place")
    kind, *notes = get_args(hint)
    return Argument(name, kind, next(note for note in notes if isinstance(note, Place)))


class Values(Mapping[str, Any]):
    """The values of all arguments: those given, and the defaults, which may follow from each other."""

    def __init__(
        self, arguments: Mapping[str, Argument], given: Mapping[str, Any], defaults: Mapping[str, Any]
    ) -> None:
        self._arguments, self._given, self._defaults = arguments, given, defaults

    def __getitem__(self, name: str) -> Any:
        return self._given[name] if name in self._given else self.default(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._arguments)

    def __len__(self) -> int:
        return len(self._arguments)

    def default(self, name: str) -> Any:
        """Return the value that an argument has if it is not given."""
        default = self._defaults.get(name, self._arguments[name].place.default)
        return default(self) if callable(default) else default


def checked(table: type, given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the given arguments in the form that `write` takes.

    Args:
        where: what the author is making: ``stat 'Errors'``.

    Raises:
        TypeError: there is no such argument.
        ValueError: a value is not what the argument takes.
    """
    arguments = arguments_of(table)
    result = {}
    for name, value in _without_old_names(given, arguments, where).items():
        argument = arguments.get(name)
        if argument is None:
            known = [one for one in arguments if one not in given]
            raise TypeError(f"{where} has no option {name!r}{nearest(name, known)}")
        result[name] = _checked(argument, value, where)
    return result


def _checked(argument: Argument, value: Any, where: str) -> Any:
    try:
        value = conform(argument.type)(value)
        if argument.place.check is not None and value is not None:
            for one in value if isinstance(value, list) else [value]:
                argument.place.check(one)
    except MismatchError as error:
        hint = '; write link("title", "/d/uid")' if argument.name in ("links", "data_links") else ""
        raise ValueError(f"{where}: {argument.name}={reprlib.repr(value)} {error}{hint}") from None
    return value


def _without_old_names(given: Mapping[str, Any], arguments: Mapping[str, Argument], where: str) -> Mapping[str, Any]:
    if not any(name in RENAMED and name not in arguments for name in given):
        return given
    result = {}
    for name, value in given.items():
        new = RENAMED.get(name) if name not in arguments else None
        if new is None or new.name not in arguments:
            result[name] = value
            continue
        now = new.value(value)
        say = f"leave out {name}={value!r}" if now is None and value is False else f"{name}= is now {new.name}={now!r}"
        warn_renamed(f"{where}: {say}")
        if not (now is None and value is False):
            result[new.name] = now
    return result


def write(table: type, given: Mapping[str, Any], into: Json, defaults: Mapping[str, Any] | None = None) -> None:
    """Write all arguments into a JSON object: the ``given`` ones, and the defaults of the others."""
    defaults = defaults or {}
    values = Values(arguments_of(table), given, defaults)
    for name, place in _placed(table):
        if name in given:
            value = given[name]
        else:
            value = defaults.get(name, place.default)
            value = value(values) if callable(value) else value
        encoded = None if value is None else place.form.encode(value)
        if encoded is not None:
            put(into, place.path, encoded, keys=bool(place.keys))


@cache
def _placed(table: type) -> tuple[tuple[str, Place], ...]:
    """Return the rows that are written."""
    return tuple((name, one.place) for name, one in arguments_of(table).items() if one.place.path)


def read(
    table: type, source: Json, defaults: Mapping[str, Any] | None = None, known: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the arguments from which `write` makes what ``source`` holds, and remove from it what they say.

    What no argument can say stays in ``source``. An argument is None if its default would be written, but nothing is there.
    ``known`` are arguments without a place, on which defaults may depend.
    """
    everything = arguments_of(table)
    arguments = [argument for argument in everything.values() if argument.place.path]
    found: dict[str, Any] = dict.fromkeys(everything) | dict(known or {})
    written: dict[str, Any] = {}
    for argument in arguments:
        found[argument.name], written[argument.name] = _take(source, argument)
    values = Values(everything, found, defaults or {})
    result = {}
    for argument in arguments:
        default = values.default(argument.name)
        usual = None if default is None else argument.place.form.encode(default)
        if usual != written[argument.name]:
            result[argument.name] = found[argument.name]
    return result


def _take(source: Json, argument: Argument) -> tuple[Any, Any]:
    """Remove and return an argument's value and its JSON. Both are None if it is not there or cannot be said."""
    place = argument.place
    holder: Any = source
    for part in place.path if place.keys else place.path[:-1]:
        holder = step(holder, part)
    if holder is None:
        return None, None
    if place.keys:
        written = {key: holder[key] for key in place.keys if isinstance(holder, dict) and key in holder}
        if not written:
            return None, None
    else:
        written = step(holder, place.path[-1])
        if written is None:
            return None, None
    try:
        value = place.form.decode(written)
        if not place.form.calls:
            value = _checked(argument, value, "")
        if not place.form.calls and place.form.encode(value) != written:
            raise NotSayableError
    except (NotSayableError, ValueError, LookupError, TypeError, AttributeError):
        return None, None
    for key in place.keys or (place.path[-1],):
        if isinstance(holder, list):
            holder.pop()
        else:
            holder.pop(key, None)
    prune(source, place.path)
    return (None, None) if value is None else (value, written)
