"""The command line: each command turns its options into a request, runs a use case, shows the result and returns an exit code."""
