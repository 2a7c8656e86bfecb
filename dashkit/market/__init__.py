"""The dashboards of grafana.com as dependencies: a client, a cache, and the lock file that pins revisions."""
