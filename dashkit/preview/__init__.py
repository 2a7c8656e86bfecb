"""Draw dashboards without a Grafana: panel and data in, scene out; pure functions."""
