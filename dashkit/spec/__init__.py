"""The dashboard document: read, walk, normalise, compare and check it.

One implementation for compile, diff, pull and the sandbox. All functions take and return plain JSON values.
"""
