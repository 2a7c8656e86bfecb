"""Which Grafana the sandbox stands in for, and how the two differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flavour:
    """One version. The flags name behaviour, not versions, so that a third can mix them."""

    version: str
    #: /apis is served, folders nest, titles may repeat, errors lack a traceID.
    modern: bool

    @property
    def max_depth(self) -> int:
        return 5 if self.modern else 1


FLAVOURS = {"12.3": Flavour("12.3.3", modern=True), "10.1": Flavour("10.1.2", modern=False)}
