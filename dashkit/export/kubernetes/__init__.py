"""What a Grafana should hold as resources of Kubernetes, and the jobs that push and back up from there."""
