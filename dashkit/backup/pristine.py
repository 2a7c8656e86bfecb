"""What a server has before anybody touched it: to write over that loses nothing. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashkit.model.item import Item

_ROLES = ({"role": "Editor", "permission": "Edit"}, {"role": "Viewer", "permission": "View"})
#: What Grafana says of a user who has never logged in.
_NEVER_SEEN = "10 years"


def untouched(live: Item, wanted: Item, login: str) -> bool:
    """Whether ``live`` is as Grafana makes it for ``login``, or lacks only what ``wanted`` adds, so that it is no conflict.

    A restore that was cut off is gone on with by this: what takes several requests may be half there.
    """
    rule = _RULES.get(live.kind)
    return rule is not None and rule(live, wanted, login)


def _permissions(live: Item, _wanted: Item, login: str) -> bool:
    makers = [entry for entry in live.content["permissions"] if entry not in _ROLES]
    return not makers or (len(makers) == 1 and makers[0]["permission"] == "Admin" and _is(makers[0], login))


def _is(entry: Mapping[str, Any], login: str) -> bool:
    # The log-in of a service account ends with its name: sa-1-robot, or sa-robot.
    account = entry.get("account")
    return bool(login) and (entry.get("user") == login or (account is not None and login.endswith(f"-{account}")))


def _team(live: Item, wanted: Item, login: str) -> bool:
    """Its maker is a member of it at once."""
    rights = {member["user"]: member["admin"] for member in wanted.content["members"]}
    more = [
        member
        for member in live.content["members"]
        if member["user"] not in rights or (member["admin"] and not rights[member["user"]])
    ]
    profile = all(live.content.get(name) == wanted.content.get(name) for name in ("name", "email"))
    return profile and all(member["user"] == login for member in more)


def _user(live: Item, wanted: Item, _login: str) -> bool:
    ours, theirs = dict(wanted.content), dict(live.content)
    more, less = dict(ours.pop("organisations")), dict(theirs.pop("organisations"))
    if ours == theirs and less.items() <= more.items():
        return True
    profile = all(ours.get(name) == theirs.get(name) for name in ("login", "email", "name"))
    return profile and live.server.get("lastSeenAtAge") == _NEVER_SEEN


def _group(live: Item, wanted: Item, _login: str) -> bool:
    """10 takes new rules one by one before their group."""
    rules = {rule["uid"]: rule for rule in wanted.content["rules"]}
    return len(live.content["rules"]) < len(rules) and all(
        rules.get(rule["uid"]) == rule for rule in live.content["rules"]
    )


def _tree(live: Item, _wanted: Item, _login: str) -> bool:
    return set(live.content) <= {"receiver", "group_by"} and live.content.get("receiver") == "grafana-default-email"


_RULES: Mapping[str, Callable[[Item, Item, str], bool]] = {
    "policies": _tree,
    "preferences": lambda live, _wanted, _login: not live.content,
    "folder-permissions": _permissions,
    "dashboard-permissions": _permissions,
    "teams": _team,
    "users": _user,
    "alert-rules": _group,
}
