"""Adds the addresses of the project to what is built: those of the repository that it is built from.

``DASHKIT_REPOSITORY`` names it, or else git's remote ``origin``. A build that knows neither has no addresses.
"""

import os
import re
import subprocess

from hatchling.metadata.plugin.interface import MetadataHookInterface


class ProjectUrls(MetadataHookInterface):
    """The hook that hatchling calls."""

    def update(self, metadata: dict) -> None:
        repository = os.environ.get("DASHKIT_REPOSITORY") or _origin(self.root)
        if repository:
            metadata["urls"] = {
                "Homepage": repository,
                "Documentation": f"{repository}/blob/main/docs/index.md",
                "Changelog": f"{repository}/blob/main/CHANGELOG.md",
                "Issues": f"{repository}/issues",
            }


def _origin(root: str) -> str:
    """Return the web address of the remote, without a user or password; nothing for a path or another scheme."""
    asked = subprocess.run(
        ["git", "config", "--get", "remote.origin.url"],  # noqa: S607 - whichever git is there
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    url = asked.stdout.strip().removesuffix(".git")
    found = re.fullmatch(r"(?:https://(?:[^@/]*@)?|ssh://git@|git@)([\w.-]+)[:/](.+)", url)
    return f"https://{found[1]}/{found[2]}" if found else ""
