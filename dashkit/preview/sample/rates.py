"""How fast counters grow, guessed from their names."""

from __future__ import annotations

from dashkit.preview.sample import waves
from dashkit.preview.sample.seed import between, label_seed
from dashkit.preview.sample.signals import Counter, Events, Signal
from dashkit.preview.sample.subject import Subject
from dashkit.preview.sample.waves import ERRORS, TRAFFIC, Wave
from dashkit.preview.sample.weights import is_bad, of_value, weight
from dashkit.preview.sample.words import BAD, GOOD, counter_stem, vocabulary, words

#: Words of a name, and what a counter with all of them grows by each second; the first that fits counts.
_RATES: tuple[tuple[str, float], ...] = (
    ("cfs period", 9.5), ("cpu", 0.16), ("io time", 0.18), ("gc seconds", 0.01), ("recovery", 2e-6), ("seconds", 0.12),
    ("temp bytes", 3e3), ("network bytes", 4e5), ("disk bytes", 6e5), ("fs bytes", 1.2e5), ("bytes", 3e5),
    ("revenue dollar", 3.0), ("revenue", 0.4), ("dollar", 3.0), ("joule", 60.0), ("sample", 1.5e4), ("blk hit", 900.0),
    ("blk", 20.0), ("tup fetched", 400.0), ("tup", 12.0), ("xact", 45.0), ("pgmajfault", 1.5), ("context switch", 4e3),
    ("interrupt", 3e3), ("packet", 900.0), ("deployment", 4e-5), ("deploy", 4e-5), ("build", 3e-4), ("training", 1e-4),
    ("train", 1e-4), ("backup", 2e-5), ("sync", 1e-3), ("reload", 2e-5), ("generation", 0.02), ("session", 0.04),
    ("signup", 0.008), ("registration", 0.008), ("new user", 0.004), ("order", 0.07), ("payment", 0.07), ("inquiry", 0.6),
    ("routing", 0.6), ("notification", 0.01), ("auth", 1.0), ("login", 1.0), ("privileged", 0.001), ("rate limit", 0.05),
    ("feature", 0.1), ("git", 0.3), ("slow log", 0.05), ("log", 3.0), ("record", 3.5e4), ("convergence", 0.02),
    ("speculation", 0.5), ("gc", 0.05), ("reconcile", 0.4), ("cache", 25.0), ("http", 25.0), ("query", 14.0),
    ("request", 25.0), ("token", 6.0),
)  # fmt: skip
_BY_WORDS = tuple((frozenset(text.split()), rate) for text, rate in _RATES)
_USUAL = 2.0
_RARELY = 4e-4
#: What may fail often enough to see it happen; of anything else a failure is an event.
_OFTEN = vocabulary("request http grpc rpc query auth login message call response task connection cache retry")
#: What goes wrong more often than a request does.
_FRAGILE = vocabulary("deployment deploy build sync payment backup tool job pipeline")
#: What ends a process or a transaction: rarer still.
_FATAL = vocabulary("oom panic crash deadlock corrupt")
#: How much of a whole goes wrong.
_SHARES = {"miss": 0.09, "throttled": 0.03, "rollback": 0.01, "retry": 0.03, "expired": 0.05}
_SHARE = 0.006
_OPPOSITE = {"hit": "miss", "commit": "rollback"}


def counter(subject: Subject) -> Signal:
    """Return what a counter does."""
    said = frozenset(words(subject.name))
    part = subject.roles & {"whole", "good"} if said & BAD else subject.roles & {"whole", "bad"}
    if said & BAD and not part and not said & _OFTEN:
        return Events(f"{subject.name} {subject.seed}", chance=0.02 if said & _FATAL else 0.08)
    if said & BAD:
        return Counter(_failures(subject, subject.name), subject.seed)
    if "mode" in subject.labels and "cpu" in said:
        return Counter(_mode(subject), subject.seed)
    good = said & GOOD
    if good and part:
        # What succeeds and what fails add up to the whole.
        opposite = next((_OPPOSITE[word] for word in good if word in _OPPOSITE), "failure")
        failed = _failures(subject, f"{counter_stem(subject.name)}_{opposite}")
        return Counter(waves.plus(traffic(subject), waves.scaled(failed, -1)), subject.seed)
    curve = traffic(subject)
    if 0 < curve[0] < _RARELY and subject.help:
        # A few times a day: one at a time, not a fraction of one. Of a metric that only its name is known of, that would be
        # too bold: a share of it would be undefined most of the time.
        return Events(f"{subject.name} {subject.seed}", slot=0.7 / curve[0], chance=0.7)
    return Counter(curve, subject.seed)


def traffic(subject: Subject) -> Wave:
    """Return how often something happens a second: the same for all counters of the same thing."""
    said, stem = frozenset(words(subject.name)), counter_stem(subject.name)
    rate = next((rate for needed, rate in _BY_WORDS if needed <= said), _USUAL)
    if said & {"cpu", "seconds"} and rate < 1:
        # Of each second, a process cannot spend more than a second.
        mean = rate * between(0.4, 2.2, "share", stem, subject.seed)
        return waves.wave(mean, TRAFFIC, stem, subject.seed)
    share = weight(subject.labels, subject.varied)
    if said & _FRAGILE and any(is_bad(subject.labels.get(label, "")) for label in subject.varied):
        share *= 25
    mean = rate * between(0.7, 1.5, "scale", stem) * share * between(0.7, 1.4, "scale", stem, subject.seed)
    return (
        waves.wave(mean, ERRORS, stem, subject.crowd) if share < 0.05 else waves.wave(mean, TRAFFIC, stem, subject.seed)
    )


def _failures(subject: Subject, name: str) -> Wave:
    stem, said = counter_stem(name), frozenset(words(name))
    share = next((share for word, share in _SHARES.items() if word in said), _SHARE if subject.roles else 3 * _SHARE)
    mean = traffic(subject._replace(name=stem))[0] * share * between(0.4, 1.8, "bad", stem, subject.seed)
    return waves.wave(mean, ERRORS, "bad", stem, subject.crowd)


def _mode(subject: Subject) -> Wave:
    """Return the time of a CPU in one mode. All modes together take the whole time."""
    where = {label: value for label, value in subject.labels.items() if label != "mode"}
    mode = subject.labels["mode"]
    if mode == "idle":
        names = ("user", "system", "iowait", "softirq", "irq", "nice", "steal")
        others = (waves.scaled(_mode(subject.with_labels(mode=name)), -1) for name in names)
        return waves.plus(waves.constant(1.0), *others)
    mean = min(0.2, of_value("mode", mode, where)) * between(0.5, 1.8, "busy", label_seed(where))
    return waves.wave(mean, TRAFFIC, "mode", mode, label_seed(where))
