"""PromQL as dashboards contain it: Grafana's variables are filled in, then promql-parser reads the result."""
