"""The v2 schema of dashboards: elements and layouts."""
