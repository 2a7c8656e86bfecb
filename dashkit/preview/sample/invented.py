"""Values for labels that no catalogue lists."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dashkit.preview.sample.matching import compiled, satisfied
from dashkit.preview.sample.words import vocabulary
from dashkit.promql.nodes import Matcher
from dashkit.promql.variables import MARK

_VALUES: dict[str, tuple[str, ...]] = {
    "job": ("app",),
    "instance": ("app-0:8080", "app-1:8080", "app-2:8080"),
    "cluster": ("main",),
    "namespace": ("default", "production", "monitoring"),
    "pod": ("app-6c9f-a", "app-6c9f-b", "worker-5d7b-a"),
    "container": ("app", "worker", "proxy"),
    "deployment": ("app", "worker"),
    "workload": ("app", "worker"),
    "workload_type": ("deployment",),
    "service": ("app", "worker", "gateway"),
    "app": ("app", "worker"),
    "node": ("node-0", "node-1", "node-2"),
    "host": ("host-0", "host-1", "host-2"),
    "hostname": ("host-0", "host-1", "host-2"),
    "nodename": ("host-0", "host-1", "host-2"),
    "device": ("sda", "sdb"),
    "interface": ("eth0", "eth1"),
    "mountpoint": ("/", "/data"),
    "fstype": ("ext4", "xfs"),
    "cpu": ("0", "1"),
    "mode": ("idle", "user", "system", "iowait"),
    "method": ("GET", "POST"),
    "verb": ("GET", "LIST", "POST"),
    "status": ("200", "404", "500"),
    "code": ("200", "404", "500"),
    "status_code": ("200", "404", "500"),
    "response_code": ("200", "404", "500"),
    "handler": ("/", "/api", "/login"),
    "path": ("/", "/api", "/login"),
    "route": ("/", "/api", "/login"),
    "endpoint": ("/", "/api", "/login"),
    "uri": ("/", "/api", "/login"),
    "url": ("https://example.com/", "https://example.org/"),
    "grpc_code": ("OK", "NotFound", "Internal"),
    "phase": ("Running", "Pending", "Failed"),
    "state": ("active", "idle", "waiting"),
    "level": ("info", "warn", "error"),
    "severity": ("critical", "warning", "info"),
    "result": ("success", "error"),
    "outcome": ("success", "error"),
    "reason": ("timeout", "conflict"),
    "resource": ("cpu", "memory"),
    "quantile": ("0.5", "0.9", "0.99"),
    "version": ("1.4.2", "1.5.0"),
    "environment": ("production",),
    "env": ("production",),
    "region": ("eu-west-1", "us-east-1"),
    "datname": ("app", "reports"),
    "database": ("app", "reports"),
    "db": ("app", "reports"),
    "schema": ("public", "reports"),
    "user": ("app", "backup"),
    "topic": ("orders", "payments", "events"),
    "queue": ("default", "mail", "reports"),
    "area": ("heap", "nonheap"),
    "gc": ("young", "old"),
    "message": ("payment refused", "timeout of the provider", "connection lost"),
    "msg": ("payment refused", "timeout of the provider", "connection lost"),
    "logger": ("orders", "payments", "http"),
    "exception": ("TimeoutError", "ValueError", "ConnectionError"),
    "le": ("0.1", "0.5", "1", "+Inf"),
}
#: Labels that say where a series comes from. Their values belong together: a pod is in one namespace.
_PLACES = vocabulary(
    """
    job instance cluster namespace pod container deployment workload workload_type service app node host hostname
    nodename environment env region zone system server exported_instance exported_job exported_pod uid id
    """
)


#: A pattern for all statuses of HTTP with one digit.
_STATUS = re.compile(r"([1-5])(?:\.\.|\.[*+]|\.\{2\}|11|00)")
#: A group without another one in it, and its first alternative.
_GROUP = re.compile(r"\((?:\?:)?([^()|]*)(?:\|[^()]*)?\)\??")
#: A pattern that names nothing.
_ANYTHING = re.compile(r"\^?(?:\.[*+]\??)*\$?|\[\^[^\]]*\][*+]")


def invented_values(label: str) -> tuple[str, ...]:
    """Return a few values for a label, made from its name."""
    known = _VALUES.get(label) or _VALUES.get(label.removeprefix("exported_").removeprefix("kubernetes_"))
    if known is not None:
        return known
    stem = re.sub(r"[_\W]?(name|id)$", "", label).replace("_", "-").strip("-") or "value"
    return tuple(f"{stem}-{letter}" for letter in "abc")


def is_place(label: str) -> bool:
    """Return whether a label says where a series comes from."""
    return label in _PLACES or label.endswith(
        ("_instance", "_pod", "_namespace", "_node", "_cluster", "_host", "_service")
    )


def demanded(matcher: Matcher) -> list[str]:
    """Return values that satisfy a matcher, as far as it names any: ``a|b`` names two, ``.*`` none."""
    if matcher.op == "=":
        return [matcher.value] if matcher.value and MARK not in matcher.value else []
    if matcher.op != "=~" or compiled(matcher.value) is None:
        return []
    found = []
    for choice in _choices(matcher.value):
        if _ANYTHING.fullmatch(choice):
            continue
        for value in _spelled(choice):
            if value and satisfied(matcher, value):
                found.append(value)
                break
    return list(dict.fromkeys(found))


def satisfying(label: str, matchers: Iterable[Matcher]) -> str:
    """Return a value for a label that satisfies all its matchers if one can be found; empty for no such label."""
    own = [matcher for matcher in matchers if matcher.label == label]
    options = [*(value for matcher in own for value in demanded(matcher)), *invented_values(label), ""]
    return next((value for value in options if all(satisfied(matcher, value) for matcher in own)), options[0])


def _choices(pattern: str) -> list[str]:
    """Return the alternatives of a pattern, if it is a list of them."""
    inside = pattern
    while inside.startswith("(") and inside.endswith(")") and _closes_last(inside):
        inside = inside[1:-1].removeprefix("?:")
    parts, depth, last = [], 0, 0
    for place, character in enumerate(inside):
        depth += (character == "(") - (character == ")")
        if character == "|" and depth == 0:
            parts.append(inside[last:place])
            last = place + 1
    return [*parts, inside[last:]]


def _closes_last(text: str) -> bool:
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place == len(text) - 1
    return False


def _spelled(pattern: str) -> list[str]:
    """Return what a simple pattern may stand for, the likeliest first."""
    while _GROUP.search(pattern):
        pattern = _GROUP.sub(r"\1", pattern)
    bare = re.sub(r"\[\^?(\w)[^\]]*\][*+]?", r"\1", re.sub(r"^\^|\$$|\(\?i\)", "", pattern))
    bare = re.sub(r"\\d(?:[*+]|\{\d\})?", "1", bare)
    status = _STATUS.fullmatch(bare)
    if status is not None:
        return [f"{status[1]}00"]
    without = re.sub(r"\.[*+]\??|\.\?", "", bare)
    filled = re.sub(r"\.[*+]\??", "app", re.sub(r"(?<=[a-z])\.[*+]\??", "0", bare))
    # What ends in a slash or a dash is only a beginning.
    whole = re.fullmatch(r"\w.*\w|\w", without) is not None
    guesses = [without if whole else filled, without, filled, re.sub(r"\.[*+]?", "0", bare)]
    return [re.sub(r"\\(.)", r"\1", guess).replace("?", "") for guess in guesses]
