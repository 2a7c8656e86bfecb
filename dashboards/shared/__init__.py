"""What several dashboard modules use."""
