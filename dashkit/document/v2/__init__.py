"""The v2 schema of dashboards: elements, layouts, and the ways from and to the classic schema."""
