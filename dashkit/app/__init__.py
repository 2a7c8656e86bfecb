"""The use cases of dashkit, one module each.

A use case takes a frozen request and the `dashkit.app.ports.Ports` that the front end wires. Use cases that write have two
steps: ``prepare`` reads and decides, ``carry_out`` writes. The questions in between are values, and the front end asks them.
Nothing here prints, prompts, or knows an exit code; warnings and notes are values too.
"""
