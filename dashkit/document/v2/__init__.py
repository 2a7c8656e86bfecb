"""The v2 schema of Grafana's dashboards, and how it and the classic one become each other."""
