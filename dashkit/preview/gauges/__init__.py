"""What panels of single values are made of: text that fits, dials, bars, slices, sparklines."""
