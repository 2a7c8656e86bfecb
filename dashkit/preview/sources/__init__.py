"""Where data comes from: the port, a Prometheus, a Grafana."""
