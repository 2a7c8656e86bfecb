"""Sample data: believable answers to a dashboard's queries when there is no server to ask."""
