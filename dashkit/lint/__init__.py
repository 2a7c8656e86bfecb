"""The check: rules for dashboards and alerts, grouped by topic in `dashkit.lint.rules`."""
