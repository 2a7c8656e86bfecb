"""The only code that knows Grafana's endpoints; the facts of each version are here and nowhere else."""
