"""Take edits that people made in Grafana back into the source: into the calls that made what they changed."""
