"""How the directories and files of an export are called."""

from __future__ import annotations

import re

from dashkit import _json
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import folder_slug, folder_title, folder_uid

#: The directory of dashboards in no folder. No other folder gets it: one titled "General" is the root.
ROOT = "general"


def stem(owner: str) -> str:
    """Return what the names of a project's files begin with; ``owner`` is its tag, with the prefix of a context.

    No two owners share one: a name that had to change gets the end of a digest.
    """
    name = owner.removeprefix("dashkit:")
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")
    return plain if plain == name else f"{plain}-{_json.digest(name)[:8]}"


def directory(path: FolderPath) -> str:
    """Return the directory of a folder, all on one level, such as ``operations.checkout``.

    A title that its slug does not give back could share that with another one; it gets the end of its folder's uid, too.
    """
    slugs = [folder_slug(title) for title in path]
    plain = all(folder_title(slug) == title for slug, title in zip(slugs, path, strict=True))
    return (".".join(slugs) or ROOT) + ("" if plain else f"-{folder_uid(path)[-8:]}")
