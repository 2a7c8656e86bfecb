"""The check-up of the stack around the dashboards: what was looked at, what was seen, and what mends it."""
