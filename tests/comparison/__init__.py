"""One dashboard, written in three ways."""
