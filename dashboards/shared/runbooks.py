"""What to do about each symptom; several alerts share one."""

from dashkit.authoring import Runbook

ERRORS = Runbook(
    (
        "Which endpoint and status fails? The error panel by endpoint tells.",
        "Does the rise begin at a deployment line?",
        "Do the dependencies fail too: database, cache, external APIs, rate limits?",
        "Read the errors of the last hour in the logs.",
    ),
    (
        "Roll back if it began with a deployment.",
        "Shed or cache what a failing dependency serves; open its circuit breaker.",
        "Add replicas if CPU or memory is exhausted.",
    ),
)
LATENCY = Runbook(
    (
        "All endpoints or one? The heat map tells one slow kind of request from a general slowdown.",
        "CPU, throttling and memory of the pods.",
        "Duration of database queries and of calls to external APIs.",
        "Follow one slow request by its trace.",
    ),
    (
        "Add replicas if CPU is exhausted or throttled.",
        "Roll back a deployment that began it.",
        "Cache or time out the slow call.",
    ),
)
DOWN = Runbook(
    (
        "Is the process there? Pod phase and restarts, or the host.",
        "Its last log lines before it went away.",
        "Has its configuration, a secret or the network changed?",
        "Does it only not answer Prometheus, while its clients are served?",
    ),
    (
        "Restart it, or let the orchestrator reschedule it.",
        "Roll back the deployment that began it.",
        "Move traffic to what still answers.",
    ),
)
TRAFFIC = Runbook(
    (
        "Is it the hour? Compare with last week.",
        "Do callers fail before they reach the service: gateway, DNS, certificates?",
        "Is a queue before it full, or its producer silent?",
    ),
    ("Restore the path to the service.", "If the demand is really less, lower the expectation in the catalogue."),
)
SATURATION = Runbook(
    (
        "Which instance, and since when? A step is a change, a slope is growth or a leak.",
        "What uses it up: the busiest pods, processes or queries.",
    ),
    (
        "Add replicas or raise the limit.",
        "Restart what leaks, and file the leak.",
        "Move batch work to another hour.",
    ),
)
DISK = Runbook(
    (
        "What grows: logs, data, images? `du` on the mount point.",
        "When is it full at the present pace?",
    ),
    ("Delete or ship old logs and unused images.", "Grow the volume.", "Stop what writes, before the disk stops it."),
)
DATABASE = Runbook(
    (
        "Does the server answer a connection from inside the cluster?",
        "Its log, its disk and its number of connections.",
        "Did credentials or network rules change?",
    ),
    ("Fail over to the replica.", "End idle transactions that hold connections.", "Restart the pool of the service."),
)
QUERIES = Runbook(
    (
        "Which queries take the time? pg_stat_statements, or the log of slow queries.",
        "Locks and long transactions.",
        "Has a table grown past an index, or the planner changed its mind?",
    ),
    ("End the query that blocks others.", "Add the index; analyse the table.", "Cache the result."),
)
QUEUE = Runbook(
    (
        "Do workers run, and do they finish?",
        "Did more arrive, or is each item slower?",
        "What do failed items have in common?",
    ),
    ("Add workers.", "Set aside the item that blocks the rest.", "Slow the producer down."),
)
DEPENDENCY = Runbook(
    ("Does the dependency report an incident?", "Is it all calls or one operation?", "Did our key or quota expire?"),
    ("Open the circuit breaker, serve from cache.", "Switch to another provider.", "Ask for a higher quota."),
)
MODEL = Runbook(
    (
        "Which model and category?",
        "Did a new model version arrive with it?",
        "Do the inputs differ from those of last week: language, length, topics?",
    ),
    ("Go back to the version before.", "Send what the model is unsure of to people.", "Plan a new training."),
)
BUSINESS = Runbook(
    ("Since when, and does it follow a deployment?", "Is one department, tool or customer the reason?"),
    ("Tell the owner of the process.", "Undo the change that began it."),
)
SECURITY = Runbook(
    (
        "From which addresses, against which accounts?",
        "Did any attempt succeed?",
        "Is it one of ours: a job with an old password, a load test?",
    ),
    ("Block the addresses at the edge.", "Lock the accounts, revoke their tokens.", "Call the security officer."),
)
CERTIFICATE = Runbook(
    ("Which name, and what should renew it?", "Why did the renewal fail? Its log, its quota, its DNS record."),
    ("Renew by hand.", "Repair the automatic renewal."),
)
PODS = Runbook(
    (
        "`kubectl describe pod`: reason of the last end, events, probes.",
        "Log of the container before it ended (`--previous`).",
        "Memory against its limit.",
    ),
    ("Roll back the deployment.", "Raise the memory limit.", "Repair the probe or the configuration."),
)
NODES = Runbook(
    ("`kubectl describe node`: conditions and events.", "Disk, memory and network of the host."),
    ("Drain the node.", "Replace it."),
)
DELIVERY = Runbook(
    ("`argocd app get`: what differs, what the last sync said.", "Was the cluster changed by hand?"),
    ("Sync, or revert the commit.", "Take the manual change back or into the repository."),
)
MESH = Runbook(
    ("Which route fails, and who reports it, caller or callee?", "Response flags of the proxies.", "State of istiod."),
    ("Roll back the destination.", "Undo the last change of routing rules."),
)
MONITORING = Runbook(
    ("Is Prometheus' own configuration loaded? Its targets page.", "Memory, disk and rule evaluation of Prometheus."),
    ("Roll back the configuration.", "Give Prometheus more memory or fewer series."),
)
BACKUP = Runbook(
    (
        "The log of the job: `journalctl -u dashkit-backup`, or the pod of the CronJob. Its last line says what failed.",
        "`dashkit context check`: does the token still live, and has it the role Admin?",
        "`dashkit archive list` and `dashkit archive verify latest`: what is the newest that is whole?",
        "Is the disk or the bucket full?",
    ),
    ("Run `dashkit backup` by hand, and look at its exit code.", "Renew the token.", "Make room: `dashkit forget`."),
)
