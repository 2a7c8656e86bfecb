"""The form of an archive on disk: written as a stream, sealed, read back and verified.

What is in it, and what always holds, stands in `dashkit.backup`.
"""
