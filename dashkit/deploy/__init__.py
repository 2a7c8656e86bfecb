"""Turn desired and live objects into a plan, and a plan into outcomes. Independent of HTTP and of the terminal."""
