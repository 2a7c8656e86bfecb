"""Results as text, JSON, Markdown and the formats of CI systems. These modules render values and decide nothing."""
