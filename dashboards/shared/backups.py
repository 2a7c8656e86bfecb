"""How old a backup of Grafana may be: a nightly one, with two hours to spare, and one that was missed."""

STALE_SECONDS = 26 * 3600
OLD_SECONDS = 50 * 3600
