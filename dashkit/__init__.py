"""Grafana dashboards as Python code: compile, diff and push them."""
