"""Texts in panels: Markdown, HTML and logs, on a page and in a picture."""
