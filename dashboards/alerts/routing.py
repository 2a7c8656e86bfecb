"""Who is told: P1 calls, P2 and P3 go to the chat, P4 by mail.

By symptom and severity: in Grafana the label alertname is the title of a rule.
"""

from dashkit.authoring import Email, Hours, Inhibition, PagerDuty, Receiver, Route, Routing, Slack, Webhook

#: What an alert can be about, beside system, service and symptom: one full volume must not silence the warning of another.
ABOUT = (
    "system", "service", "symptom", "namespace", "pod", "deployment", "instance", "mountpoint", "persistentvolumeclaim",
    "node", "dependency", "domain", "model_name", "department", "name", "source_ip", "operation", "reason",
)  # fmt: skip

OFFICE = Hours("office-hours", "monday:friday", "08:00", "18:00")

routing = Routing(
    default="chat",
    receivers=(
        Receiver("on-call", (PagerDuty("pagerduty-key"), Slack("#incidents", "slack-url"))),
        Receiver("chat", (Slack("#alerts", "slack-url"),)),
        Receiver("mail", (Email("observability@example.com"),)),
        Receiver("watchdog", (Webhook("http://dead-mans-switch.monitoring.svc:8080/watchdog"),)),
    ),
    routes=(
        Route({"symptom": "watchdog"}, "watchdog", repeat="5m", wait="0s"),
        Route({"severity": "critical"}, "on-call", repeat="1h", wait="10s"),
        Route({"severity": "high"}, "chat", repeat="4h"),
        Route({"severity": "medium"}, "chat", hours=OFFICE.name, repeat="12h", wait="5m"),
        Route({"severity": "low"}, "mail", repeat="5d", wait="10m"),
    ),
    inhibitions=(
        # What is down also fails, is slow and lacks traffic: one call is enough.
        Inhibition(
            {"symptom": "down", "severity": "critical"}, {"symptom": "errors|latency|traffic"}, ("system", "service")
        ),
        # A threshold that calls says the same as the fast burn of its budget, sooner.
        Inhibition({"severity": "critical", "burn": ""}, {"burn": "fast|slow"}, ("system", "service", "symptom")),
        Inhibition({"severity": "critical"}, {"severity": "high|medium|low"}, ABOUT),
        Inhibition({"severity": "high"}, {"severity": "medium|low"}, ABOUT),
        Inhibition({"severity": "medium"}, {"severity": "low"}, ABOUT),
    ),
    hours=(OFFICE,),
    smtp_host="mail.example.com:587",
    smtp_from="alerts@example.com",
)
