"""What is shown for a value: its colour, and its text by mappings and units."""
