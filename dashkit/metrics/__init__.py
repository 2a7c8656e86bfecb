"""The metric catalogue: which metrics exist, with their types and labels."""
