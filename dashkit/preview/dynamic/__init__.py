"""Dashboards of Grafana's v2 schema: their layout of tabs, rows and grids, and the conditions that show and hide parts of it."""
