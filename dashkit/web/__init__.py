"""The pages of the preview over HTTP: routes, events, and the check of who asks."""
