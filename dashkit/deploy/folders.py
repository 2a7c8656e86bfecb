"""Find the folder for a path, or list the folders to create first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashkit.deploy.steps import Action, FolderStep
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import folder_text, folder_uid
from dashkit.model.item import Item
from dashkit.model.live import LiveFolder


@dataclass(frozen=True, slots=True)
class NewFolder:
    """A folder that the plan creates."""

    uid: str
    title: str
    parent_uid: str
    path: FolderPath


def folder_step(folder: NewFolder) -> FolderStep:
    """Return the step that creates a folder."""
    item = Item("folders", folder.uid, folder.title, {"title": folder.title, "folder": folder.parent_uid})
    return FolderStep(Action.CREATE, item.ref, folder.title, item=item, path=folder.path)


class FolderTree:
    """The live folders. A path is matched by the uid that dashkit derives from it, or else title by title."""

    def __init__(self, folders: list[LiveFolder], *, nested: bool) -> None:
        self._nested = nested
        self._by_uid = {folder.uid: folder for folder in folders}
        self._by_title: dict[tuple[str, str], str] = {}
        for folder in sorted(folders, key=lambda entry: entry.uid):
            self._by_title.setdefault((folder.parent_uid, folder.title), folder.uid)

    @property
    def uids(self) -> Iterable[str]:
        return self._by_uid

    def path(self, uid: str) -> FolderPath:
        """Return the titles from the root down to the folder; empty for the root and for a folder that we cannot see."""
        titles: list[str] = []
        folder = self._by_uid.get(uid)
        while folder is not None and len(titles) < 20:
            titles.insert(0, folder.title)
            folder = self._by_uid.get(folder.parent_uid)
        return tuple(titles)

    def live_path(self, path: FolderPath, uid: str, missing: Sequence[NewFolder]) -> FolderPath:
        """Return the titles on the server of a ``path`` that resolved to ``uid`` and ``missing``.

        Someone may have renamed a folder that we know by its uid.
        """
        if missing:
            return (*self.path(missing[0].parent_uid), *(folder.title for folder in missing))
        found = self.path(uid)
        return found if len(found) == len(path) or not self._nested else path  # we may not see one of the parents

    def resolve(self, path: FolderPath) -> tuple[str, list[NewFolder]]:
        """Return the uid of the folder at ``path`` ("" for the root) and the folders to create for it, parents first.

        Without nested folders (10 and before) a path is one folder at the root, titled ``a / b``.
        """
        if not self._nested and path:
            path = (folder_text(path),)
        parent = ""
        missing: list[NewFolder] = []
        for depth in range(1, len(path) + 1):
            part = path[:depth]
            uid = folder_uid(part)
            if uid not in self._by_uid:
                found = None if missing else self._by_title.get((parent, part[-1]))
                if found is None:
                    missing.append(NewFolder(uid, part[-1], parent, part))
                uid = found or uid
            parent = uid
        return parent, missing
