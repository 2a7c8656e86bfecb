"""Results as text, JSON and Markdown. Renders values; decides nothing."""
