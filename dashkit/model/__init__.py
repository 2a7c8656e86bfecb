"""Frozen values that several parts of dashkit pass to each other."""
