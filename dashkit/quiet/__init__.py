"""What people see of a dashboard: documents without what says nothing in Grafana, and whether two of them look and work alike."""
