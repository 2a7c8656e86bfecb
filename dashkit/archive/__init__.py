"""Archives on disk: written as a stream, sealed, read back and verified.

`dashkit.backup` describes what an archive contains and what it guarantees.
"""
