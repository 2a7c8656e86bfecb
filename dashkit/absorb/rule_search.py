"""Find the edits that make groups of rules what they have to be, and prove that they do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dashkit.absorb.copy import Copy, reader
from dashkit.absorb.rule_edit import RuleChange, Unsaid
from dashkit.absorb.rule_ways import NewRule, new_rule_ways, rule_ways
from dashkit.absorb.rules_made import GroupMade, Options, RulesMade
from dashkit.absorb.site import Part, Site
from dashkit.absorb.traced import Traced
from dashkit.absorb.trials import Form, as_it_is, texts_of, trials
from dashkit.absorb.values import ABSENT, Edits
from dashkit.absorb.ways import Code
from dashkit.absorb.wishes import distinct
from dashkit.absorb.worker import compiled
from dashkit.deploy.alert_leaves import Json, Leaf, differences
from dashkit.deploy.recording_rules import source_group
from dashkit.importer.code import expression

Key = tuple[str, str, Leaf]
"""The group, the uid of a rule (empty for the group itself), and what of it."""


@dataclass(frozen=True, slots=True)
class GroupWanted:
    """What a group has to become.

    Attributes:
        rules: all of its rules, as a push has to make them, by uid.
        interval: in seconds; None if it stays.
    """

    group: GroupMade
    rules: Mapping[str, Json]
    interval: int | None = None


@dataclass(slots=True)
class Wish:
    """A change of a rule, or of its group, and the ways to make it.

    Attributes:
        title: of the rule, or what else it is about.
        uid: of the rule; empty for the group.
    """

    group: str
    title: str
    uid: str
    change: RuleChange | Unsaid | NewRule
    part: Part
    record: int | None
    ways: list[Edits] = field(default_factory=list)
    at: int = 0

    @property
    def keys(self) -> frozenset[Key]:
        """What is right once it is made."""
        if isinstance(self.change, NewRule):
            return frozenset({(self.group, self.uid, ("uid",))})
        leaves = self.change.leaves if isinstance(self.change, RuleChange) else frozenset({self.change.leaf})
        return frozenset((self.group, self.uid, leaf) for leaf in leaves)

    @property
    def edits(self) -> Edits:
        return self.ways[self.at] if self.at < len(self.ways) else ()


@dataclass(frozen=True, slots=True)
class RulesFound:
    """What was found.

    Attributes:
        texts: the new texts of files, by their paths in the project.
        done: the keys of the groups that come out as they have to.
        left: what stands in the way of the others.
    """

    texts: Mapping[str, str]
    done: frozenset[str]
    left: tuple[Wish, ...]


class RuleSearch:
    """Looks for the edits of several groups at once, in one copy of the project."""

    def __init__(
        self,
        copy: Copy,
        traced: Traced,
        wanted: Sequence[GroupWanted],
        options: Options,
        form: Form = as_it_is,
        report: Callable[[int], None] = lambda tries: None,
    ) -> None:
        """Look at what the calls of the project make.

        Args:
            traced: what the project in the copy makes, with its calls.
            options: how rules are pushed.
            form: formats modules.
            report: is told how often the project was compiled.
        """
        self._traced, self._form = traced, form
        self._compiled = trials(copy, lambda: compiled(copy.sources, rules=options), report)
        self._wanted = {one.group.key: one for one in wanted}
        self._project = Code(traced, reader(copy, traced.constants))

    def run(self, wishes: Sequence[Wish]) -> RulesFound:
        """Return what was found for these changes. Groups with one that cannot be made stay as they are."""
        alike: dict[str, set[Part]] = {}
        for wish in wishes:
            alike.setdefault(_sameness(wish), set()).add(wish.part)
        for wish in wishes:
            wish.ways = distinct(self._ways(wish, frozenset(alike[_sameness(wish)])))
        hopeless = {wish.group for wish in wishes if not wish.ways}
        groups = set(self._wanted) - hopeless
        self._choose([wish for wish in wishes if wish.group in groups], groups)
        return self._result(wishes, groups)

    def site(self, wish: Wish) -> Site | None:
        """Return where the call stands that makes what a change is about."""
        return self._project.site(wish.record, frozenset({wish.part}))

    def _ways(self, wish: Wish, alike: frozenset[Part]) -> Iterator[Edits]:
        site = self._project.site(wish.record, alike)
        if site is None or isinstance(wish.change, Unsaid):
            return
        if isinstance(wish.change, NewRule):
            yield from new_rule_ways([wish.change], site)
        else:
            yield from rule_ways(wish.change, site)

    def _choose(self, wishes: list[Wish], groups: set[str]) -> None:
        """Try the first way of each change, then others where one does not do."""
        while (missing := self._missing(wishes, groups)) is not None:
            again = [wish for wish in wishes if wish.keys & missing and wish.at + 1 < len(wish.ways)]
            if not again:
                return
            for wish in again:
                wish.at += 1
        self._one_by_one(wishes, groups)

    def _one_by_one(self, wishes: list[Wish], groups: set[str]) -> None:
        """Find out which of the changes breaks something, by making one after another."""
        own = {key for wish in wishes for key in wish.keys}
        chosen: list[Wish] = []
        before = self._missing([], groups) or set()
        for wish in wishes:
            for at in range(len(wish.ways)):
                wish.at = at
                after = self._missing([*chosen, wish], groups)
                if after is not None and not wish.keys & after and after - own <= before:
                    chosen.append(wish)
                    before = after
                    break
            else:
                wish.at = len(wish.ways)

    def _result(self, wishes: Sequence[Wish], done: set[str]) -> RulesFound:
        """Take the groups that come out right, and prove them together."""
        missing: set[Key] = set()
        while done:
            found = self._missing_of(self._compiled(self._texts(one for one in wishes if one.group in done)), done)
            if not found:
                break
            missing |= found or set()
            wrong = {group for group, _, _ in found} if found else done
            done = done - wrong if wrong & done else set()
        left = [
            wish for wish in wishes
            if wish.group not in done and (wish.keys & missing or wish.at >= len(wish.ways))
        ]  # fmt: skip
        return RulesFound(self._texts(one for one in wishes if one.group in done), frozenset(done), tuple(left))

    def _texts(self, wishes: Iterable[Wish]) -> dict[str, str]:
        return texts_of((wish.edits for wish in wishes), self._form)

    def _missing(self, wishes: Iterable[Wish], groups: set[str]) -> set[Key] | None:
        """Return what is not as it has to be after some edits; None if they break anything."""
        return self._missing_of(self._compiled(self._texts(wishes)), groups)

    def _missing_of(self, made: Traced, groups: set[str]) -> set[Key] | None:
        """Return what of some groups is not as it has to be; None if anything else is another one now."""
        before, now = (
            {key: one for key, one in each.digests.items() if key not in groups} for each in (self._traced, made)
        )
        if before != now or len(made.failures) > len(self._traced.failures):
            return None
        return {key for group in groups for key in _missing(self._wanted[group], made.rules)}


def _missing(wanted: GroupWanted, made: RulesMade) -> Iterator[Key]:
    key = wanted.group.key
    group = next((one for one in made.groups if one.key == key), None)
    by_uid = made.by_uid
    there = set(group.rules) if group else set()
    for uid in there ^ set(wanted.rules):
        yield key, uid, ("uid",)
    for uid in there & set(wanted.rules):
        yield from ((key, uid, leaf) for leaf in differences(by_uid[uid], wanted.rules[uid]))
    own = [one for one in made.pushed if source_group(one.name) == wanted.group.name and set(_uids(one.rules)) & there]
    if wanted.interval is not None and any(one.interval != wanted.interval for one in own):
        yield key, "", ("interval",)


def _uids(rules: Iterable[Mapping[str, object]]) -> Iterator[str]:
    return (str(rule["uid"]) for rule in rules)


def _sameness(wish: Wish) -> str:
    """Return a text that is equal for changes that are alike, perhaps of several rules."""
    if not isinstance(wish.change, RuleChange):
        return repr(id(wish))
    told = [repr(one) if one is ABSENT else expression(one) for one in (wish.change.old, wish.change.new[0])]
    return repr((wish.part[1].partition(" ")[0], wish.change.name, told))
