"""A call of a helper as a value: what `dashkit.authoring.recognise` makes of JSON, for those who write code from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """``helper(*arguments, **keywords)`` of `dashkit.authoring`. Arguments may be calls themselves."""

    helper: str
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = field(default_factory=dict)

    def make(self) -> Any:
        """Make the call, and those inside it, and return what it returns."""
        import dashkit.authoring as helpers

        arguments = [made(value) for value in self.arguments]
        return getattr(helpers, self.helper)(*arguments, **{key: made(value) for key, value in self.keywords.items()})


def made(value: Any) -> Any:
    """Return a value with all calls in it made."""
    if isinstance(value, Call):
        return value.make()
    if isinstance(value, list | tuple):
        return type(value)(made(entry) for entry in value)
    if isinstance(value, dict):
        return {key: made(entry) for key, entry in value.items()}
    return value


def calls(value: Any) -> Iterator[Call]:
    """Yield all calls in a value, the outer ones first."""
    if isinstance(value, Call):
        yield value
        yield from calls(value.arguments)
        yield from calls(value.keywords)
    elif isinstance(value, Mapping):
        for entry in value.values():
            yield from calls(entry)
    elif isinstance(value, list | tuple):
        for entry in value:
            yield from calls(entry)


def changed(value: Any, change: Callable[[Call], Call]) -> Any:
    """Return a value with each call in it changed, the inner ones first. What stands in dicts stays as it is."""
    if isinstance(value, list | tuple):
        return type(value)(changed(entry, change) for entry in value)
    if not isinstance(value, Call):
        return value
    keywords = {name: changed(entry, change) for name, entry in value.keywords.items()}
    return change(Call(value.helper, changed(value.arguments, change), keywords))
