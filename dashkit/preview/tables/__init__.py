"""What tables are made of: columns, cells of each kind, and both as HTML and as a picture."""
