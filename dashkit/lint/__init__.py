"""The check: rules about dashboards and alerts, in topical modules of `dashkit.lint.rules`."""
