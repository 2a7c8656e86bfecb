"""The Grafana versions that the sandbox can play, and how they differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flavour:
    """One version. The flag stands for behaviour, not for a version, so that others can be added."""

    version: str
    #: /apis is served, folders nest, titles may repeat, and errors have no traceID.
    modern: bool

    @property
    def max_depth(self) -> int:
        return 5 if self.modern else 1


FLAVOURS = {"12.3": Flavour("12.3.3", modern=True), "10.1": Flavour("10.1.2", modern=False)}
