"""The files of an import: formatted, proven in a fresh process, and written where nothing else is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from dashkit import _files
from dashkit.app.import_drafts import Draft
from dashkit.app.import_request import Imported, Request
from dashkit.errors import InputError
from dashkit.importer import fresh, package
from dashkit.importer.count import counts
from dashkit.importer.format import format_files
from dashkit.importer.module import document_text


def proven(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts, formatted, whose modules make the same in a fresh process.

    Those that do not are written as plain JSON, and tried once more.
    """
    first = _compiled_alone([draft for draft in drafts if draft.digest])
    again = [_plain(one, one.spec) for one in first.values() if not one.imported.equal and one.spec is not None]
    done = first | _compiled_alone(again)
    found = [done.get(draft.imported.file, draft) if draft.digest else draft for draft in drafts]
    return [draft if draft.imported.equal else draft.instead or draft for draft in found]


def _plain(draft: Draft, spec: dict[str, Any]) -> Draft:
    """Return the module with the dashboard as JSON."""
    notes = (*draft.imported.notes, "written as JSON: no calls make the same")
    imported = replace(draft.imported, panels=counts(spec), notes=notes, left_out=())
    return replace(draft, data=document_text(spec).encode(), imported=imported, call=None)


def _compiled_alone(drafts: list[Draft]) -> dict[str, Draft]:
    """Format modules, compile them in a process of their own, and return them by their files: whether they are equal, too."""
    if not drafts:
        return {}
    with fresh.folder() as folder:
        written = _formatted(folder / fresh.ROOT, drafts)
        digests = fresh.compiled(folder).digests
    found = {}
    for draft in written:
        file = draft.imported.file
        count = sum(data.count(b"\n") for data in (draft.data, *draft.more.values()))
        equal = digests.get(f"{fresh.ROOT}/{file}") == draft.digest
        imported = replace(draft.imported, equal=equal, lines=(count, draft.imported.lines[1]))
        found[file] = replace(draft, imported=imported)
    return found


def _formatted(folder: Path, drafts: list[Draft]) -> list[Draft]:
    """Write modules to a folder, those that are long in several files, and return them formatted."""
    for draft in drafts:
        _files.write_atomic(folder / draft.imported.file, draft.data)
    format_files(folder)
    written = [replace(draft, data=_files.read_bytes(folder / draft.imported.file)) for draft in drafts]
    several = {draft.imported.file: files for draft in written if (files := _in_parts(draft))}
    if not several:
        return written
    for path, text in (pair for files in several.values() for pair in files.items()):
        _files.write_atomic(folder / path, text.encode())
    format_files(folder)
    return [
        replace(
            draft,
            data=_files.read_bytes(folder / draft.imported.file),
            more={
                path: _files.read_bytes(folder / path)
                for path in several[draft.imported.file]
                if path != draft.imported.file
            },
        )
        if draft.imported.file in several
        else draft
        for draft in written
    ]


def _in_parts(draft: Draft) -> dict[str, str]:
    """Return the files of a module that is too long for one; none if one is enough, or has to be."""
    if draft.call is None or draft.data.count(b"\n") <= package.LINES:
        return {}
    file = PurePosixPath(draft.imported.file)
    return {str(file.parent / path): text for path, text in package.package(draft.call, file.stem).items()}


def saved(draft: Draft, request: Request) -> Imported:
    """Write the files of a draft, unless others of these names are there, and return what became of it."""
    imported = draft.imported
    if imported.error is not None:
        return imported
    try:
        if not imported.equal:
            raise InputError("no module makes the same; nothing was written", where=imported.source)
        # The module that needs the others comes last.
        files = {
            _files.safe_join(request.to, path): data
            for path, data in (*draft.more.items(), (imported.file, draft.data))
        }
        for target, data in files.items():
            _files.refuse_other(target, data, force=request.force, where=imported.source)
        changed = [_files.write_atomic(target, data) for target, data in files.items()]
        return replace(imported, changed=any(changed))
    except InputError as error:
        return replace(imported, file="", error=error)
