"""Dashboards on trial: changed ones, beside what is there, in a folder and with uids and a tag of their own. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from dashkit.deploy.desired import Desired, rewritten
from dashkit.errors import UsageError
from dashkit.model.dashboard import FolderPath

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
_UID_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial of a project.

    Attributes:
        owner: the tag that marks the project's dashboards, with the prefix of the context.
        above: the folder of the context.
    """

    name: str
    owner: str
    above: FolderPath = ()

    @property
    def common(self) -> str:
        """The tag of all trials of the project in the context."""
        return common_tag(self.owner)

    @property
    def tag(self) -> str:
        """The tag of this trial. It is not the project's, so that no prune of the project touches its dashboards."""
        return trial_tag(self.owner, self.name)

    @property
    def folder(self) -> FolderPath:
        return (*self.above, f"Trial {self.name}")

    def uid(self, uid: str) -> str:
        """Return what a dashboard is called on trial."""
        text = f"{self.name}-{uid}"
        if len(text) <= _UID_LIMIT:
            return text
        return f"{text[: _UID_LIMIT - 9]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def trial_of(name: str, owner: str, above: FolderPath) -> Trial:
    """Return the trial of that name. Raises `UsageError` for a name that cannot be part of a uid."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"--trial {name!r} is no name for a trial", hint="up to 20 letters, digits, - and _, such as pr-123"
        )
    return Trial(name, owner, above)


def common_tag(owner: str) -> str:
    """Return the tag of all trials of a project; ``owner`` is the tag of its dashboards."""
    return f"dashkit-trials:{owner.removeprefix('dashkit:')}"


def trial_tag(owner: str, name: str) -> str:
    """Return the tag of one trial. A trial named like the uid prefix of a context has another tag than all trials there."""
    return f"dashkit-trial:{owner.removeprefix('dashkit:')}:{name}"


def on_trial(items: Iterable[Desired], trial: Trial) -> list[Desired]:
    """Return dashboards as they are on trial. Links between them lead to each other, others to what is not on trial."""
    chosen = list(items)
    uids: Mapping[str, str] = {item.uid: trial.uid(item.uid) for item in chosen}
    titles = Counter(item.title for item in chosen)
    return [_one(item, uids, trial, f" ({item.uid})" if titles[item.title] > 1 else "") for item in chosen]


def _one(item: Desired, uids: Mapping[str, str], trial: Trial, suffix: str) -> Desired:
    """Return a dashboard. In one folder its title needs a ``suffix`` if another has the same; some Grafanas refuse two."""
    title = item.title + suffix
    spec = {**rewritten(item.spec, {}, lambda uid: uids.get(uid, uid)), "title": title}
    tags = [tag for tag in spec.get("tags", ()) if tag != trial.owner]
    spec["tags"] = sorted({*tags, trial.common, trial.tag})
    return replace(item, uid=uids[item.uid], title=title, folder=trial.folder, spec=spec)
