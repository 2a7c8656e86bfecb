"""What plots are made of: scales, axes, legends, lines, bars, cells, and what a pointer reads."""
