"""From desired and live dashboards to a plan, and from a plan to outcomes. Knows no HTTP and no terminal."""
