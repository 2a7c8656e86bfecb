"""A stand-in for Grafana on this machine: its HTTP API as far as dashkit uses it, SQLite behind it.

It copies what two real servers answered (12.3.3 and 10.1.2); it is never the judge of what Grafana does.
"""
