"""The only code that knows Grafana's endpoints. All facts about its versions are here."""
