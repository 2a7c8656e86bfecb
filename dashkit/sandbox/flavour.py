"""The Grafana versions that the sandbox can play, and how they differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flavour:
    """One version. The flags stand for behaviour, not for versions, so that others can be added."""

    version: str
    #: Folders nest, titles may repeat, a token belongs to one organisation, and errors have no traceID.
    modern: bool = True
    #: Dashboards and folders are resources under /apis, and the legacy API is a view of them. Other answers have some
    #: fields more.
    resources: bool = True
    #: These resources are in unified storage. It keeps the message of a save with the object, counts writes apart from
    #: versions, and does not make a version of a save that changes nothing.
    unified: bool = False
    #: Documents of the classic schema and of v2 convert into each other; converted ones in lists name their kind.
    converts: bool = False
    #: Unified storage is what all else relies on: searches show its ids, playlists have none, and whether a library panel
    #: exists is not asked.
    settled: bool = False
    #: A fresh server has a contact point for e-mail, to which its policy tree sends.
    default_email: bool = True
    #: Alert rules are only stored in folders that exist.
    checks_rule_folders: bool = False

    @property
    def max_depth(self) -> int:
        return 5 if self.modern else 1


FLAVOURS = {
    "12.4": Flavour("12.4.3", unified=True, converts=True, settled=True, default_email=False, checks_rule_folders=True),
    "12.3": Flavour("12.3.3"),
    "11.6": Flavour("11.6.2", resources=False),
    "10.1": Flavour("10.1.2", resources=False, modern=False),
}
