"""What a person can do with dashkit, one module for each thing.

A use case takes a frozen request and the `dashkit.app.ports.Ports` that the front end wires. What writes has two steps with
values between them: ``prepare`` reads and decides, ``carry_out`` writes. The questions that lie in between are values, and the
front end asks them. Nothing here prints, asks, or knows an exit code; warnings and notes are values too.
"""
