"""Configuration: dashkit.yaml, contexts and environment variables."""
