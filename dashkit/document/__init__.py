"""The dashboard document: read, walk, normalise, compare and check it.

Compile, diff, pull and the sandbox share this implementation. All functions take and return plain JSON values.
"""
