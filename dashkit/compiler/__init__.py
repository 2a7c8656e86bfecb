"""Compile dashboard modules, JSON files and alert modules, and write dashboards to files."""
