"""The command line: reads options, calls one function, renders, returns a code."""
