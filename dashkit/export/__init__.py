"""Files for other tools: rule files, routing, runbooks."""
