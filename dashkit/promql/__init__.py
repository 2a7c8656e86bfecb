"""PromQL expressions as dashboards hold them: Grafana's variables filled in, then read by promql-parser."""
