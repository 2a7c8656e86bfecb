"""Opinions on dashboards and alert rules. One rule is one small file in `dashkit.lint.rules`; `RULES` there lists them all."""
