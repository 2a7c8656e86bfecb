"""How tests are shared between workers: by the file, those that take longest first.

What a module makes once, such as a server, is then made once, and no long file is left over for one worker at the end.
"""

from __future__ import annotations

from typing import Any

#: In this order. All others follow.
_FIRST = ("demo", "live", "contract", "browser", "soak", "cli", "docs", "absorb", "property")
#: All that uses the same Prometheus, whose past takes half a minute to make, is for one worker.
_TOGETHER = "tests/demo/"


def rank(nodeid: str) -> tuple[int, str]:
    """Return what to sort tests by; those of a file keep their order."""
    folder = nodeid.split("/")[1]
    return (_FIRST.index(folder) if folder in _FIRST else len(_FIRST)), nodeid.partition("::")[0]


def scope(nodeid: str) -> str:
    """Return the name of what has to run in the same worker."""
    return _TOGETHER if nodeid.startswith(_TOGETHER) else nodeid.partition("::")[0]


def scheduler(config: Any, log: Any) -> Any:
    """Return a scheduler of pytest-xdist that sends whole scopes to workers, in the order of the tests."""
    from xdist.scheduler import LoadScopeScheduling

    class ByScope(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    config.option.loadscopereorder = False
    return ByScope(config, log)
