"""Names for secrets that a server does not show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dashkit.deploy.routing import variable
from dashkit.model.paths import keys_of


@dataclass(slots=True)
class SecretNames:
    """The names given so far. Their variables all differ."""

    taken: list[str] = field(default_factory=list)

    def name(self, kind: str, path: str, receiver: str) -> str:
        """Return a name for a setting of a contact point, such as ``slack-url-team-a``."""
        words = [kind, *(word for word in keys_of(path) if not word.isdecimal()), receiver]
        wanted = re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")
        number, free = 2, wanted
        while variable(free) in map(variable, self.taken):
            free, number = f"{wanted}-{number}", number + 1
        self.taken.append(free)
        return free
