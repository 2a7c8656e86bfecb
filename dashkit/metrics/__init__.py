"""The metric catalogue: which metrics there are, of which type, with which labels."""
