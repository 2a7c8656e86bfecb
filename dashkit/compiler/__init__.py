"""From dashboard modules and JSON files to compiled dashboards, and to files."""
