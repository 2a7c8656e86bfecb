"""A stand-in for Grafana on this machine: the part of its HTTP API that dashkit uses, backed by SQLite.

It copies the answers of two real servers (12.3.3 and 10.1.2). It is never the judge of what Grafana does.
"""
