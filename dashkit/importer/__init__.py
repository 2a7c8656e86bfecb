"""From what exists to code, with a proof."""
