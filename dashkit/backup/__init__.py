"""Back a server up, verify, restore, and decide which archives to keep.

**What an archive is.** One self-contained ZIP for each run, ``dashkit-<context>-<UTC time>.zip``; before the ``.zip`` stands
``-part`` where only some kinds were asked for, and ``-incomplete`` where something could not be read.

- ``org-<number>/<kind>/<key>.json``, a member for each object (`dashkit.model.item.Item`), as canonical JSON: ``kind``, ``key``
  and ``name``; ``content``, all that a restore writes; ``secrets``, the names of what Grafana does not tell; ``server``, what it
  made on its own (ids, times, authors). The kinds and what they need of each other: `dashkit.model.kinds`.
- ``manifest.json``, the last member: format version, dashkit's version, time, context, the server's version and address
  (without credentials), the organisations; for each kind how many objects there are, how many the server itself counted, and why
  one was not read in full; for each member its path, kind, key, size, SHA-256, and the SHA-256 of its content alone.
- the seal, as the ZIP's comment and so the last bytes of the file: a SHA-256 over all bytes before it.

``--format tree`` writes the same members and manifest (without a time) as files below a directory, for keeping in git;
``manifest.sha256`` stands for the seal.

**What always holds.**

1. An archive under its final name is whole: it is written beside and renamed, or put into an object store in one piece, after
   its seal. Without a seal nothing is an archive.
2. An archive is never changed. Each run makes a new one.
3. It never looks complete when it is not: a kind that was not read in full says why in the manifest, and makes exit code 5
   unless this kind of credential, or this server, cannot have it.
4. What refers is read before what is referred to, so that something made in between is there rather than missing.
5. A path follows from what the member is; none is ever taken from an archive.
6. There is no secret in it: none that Grafana keeps is readable, and passwords in addresses are left out.
7. ``content`` is the same on each server that holds the same: a restore into an empty server gives the same content digests.

The seal shows damage, not forgery: whoever can write the file can write a seal. Keep archives where only the operator writes.

**Versions of the format.** 1: the first. A later one is refused by an older dashkit; every later dashkit reads the older ones.
"""
