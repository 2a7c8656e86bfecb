"""dashkit.yaml, contexts and the environment."""
