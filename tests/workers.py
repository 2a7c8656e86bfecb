"""How tests are shared between workers: by the file, those that take longest first.

What a module makes once, such as a server, is then made once, and no long file is left over for one worker at the end.
"""

from __future__ import annotations

from typing import Any

#: In this order. All others follow.
_FIRST = ("browser", "live", "contract", "soak", "cli", "docs", "absorb", "property")
#: What uses the same browser or the same Prometheus, both of which take long to start, is for one worker.
_TOGETHER = (
    "tests/browser/",
    "tests/live/test_dashboards.py",
    "tests/live/test_check.py",
    "tests/contract/test_queries.py",
)


def rank(nodeid: str) -> tuple[int, str]:
    """Return what to sort tests by; those of a file keep their order."""
    folder = nodeid.split("/")[1]
    if nodeid.startswith(_TOGETHER):
        return -1, ""
    return (_FIRST.index(folder) if folder in _FIRST else len(_FIRST)), nodeid.partition("::")[0]


def scope(nodeid: str) -> str:
    """Return the name of what has to run in the same worker."""
    return "together" if nodeid.startswith(_TOGETHER) else nodeid.partition("::")[0]


def scheduler(config: Any, log: Any) -> Any:
    """Return a scheduler of pytest-xdist that sends whole scopes to workers, in the order of the tests."""
    from xdist.scheduler import LoadScopeScheduling

    class ByScope(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return scope(nodeid)

    config.option.loadscopereorder = False
    return ByScope(config, log)
