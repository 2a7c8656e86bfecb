"""Back up a server, compare, restore, and decide which archives to keep.

**What an archive is.** One self-contained ZIP per run, ``dashkit-<context>-<UTC time>.zip``. Before the ``.zip`` it has ``-part``
if only some kinds were requested, and ``-incomplete`` if something could not be read.

- ``org-<number>/<kind>/<key>.json``, one member per object (`dashkit.model.item.Item`), as canonical JSON: ``kind``, ``key`` and
  ``name``; ``content``, everything that a restore writes; ``secrets``, the names of the values that Grafana does not reveal;
  ``server``, what the server added (ids, times, authors). `dashkit.model.kinds` lists the kinds and how they depend on each
  other.
- ``manifest.json``, the last member: format version, dashkit's version, time, context, the server's version and address
  (without credentials), the organisations; for each kind how many objects there are, how many the server itself counted, and why
  it was not read in full; for each member its path, kind, key, size, SHA-256, and the SHA-256 of its content alone.
- the seal, as the ZIP's comment and so the last bytes of the file: a SHA-256 of all bytes before it.

``--format tree`` writes the same members and manifest (without a time) as files below a directory, to keep in git.
``manifest.sha256`` takes the place of the seal.

**Guarantees.**

1. An archive under its final name is complete as a file: it is written under another name and renamed, or put into an object
store
   in one piece, after it was sealed. A file without a seal is not an archive.
2. An archive is never changed. Each run creates a new one.
3. It never looks complete when it is not. For a kind that was not read in full, the manifest states why, and the exit code is 5,
   unless this kind of credential, or this server, cannot provide it.
4. Objects are read before those that they refer to, so that something created in between is present rather than missing.
5. A member's path is derived from its object. No path is ever taken from an archive.
6. It contains no secrets: those that Grafana stores are not readable, and passwords in addresses are left out.
7. ``content`` is equal on servers that hold the same: after a restore into an empty server the content digests are the same.

The seal reveals damage, not forgery: anyone who can write the file can write a seal. Keep archives where only the operator can
write.

**Versions of the format.** 1: the first. An older dashkit refuses a later format; every later dashkit reads the older ones.
"""
