"""Packs a folder so that the same content makes the same bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from sgguard.errors import GuardError

LIMIT = 2_500_000
"""Bytes. SCF takes 20 MB in a call; a function that grows beyond this starts too slowly
(docs/adr/0003-function-dependencies.md)."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


def pack(folder: Path, target: Path, limit: int = LIMIT) -> None:
    """Zip a folder: sorted names, one time stamp, one mode. Raises GuardError for more than `limit` bytes."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whatever system this is
            entry.external_attr = _MODE
            archive.writestr(entry, (folder / name).read_bytes())
    size = target.stat().st_size
    if size > limit:
        raise GuardError(
            f"{target.name} has {size:,} bytes; the limit is {limit:,}. The largest packages in it: "
            f"{', '.join(_largest(target))}.",
            next_step="Leave out what the function does not need: deploy/staging.py lists what is left out.",
        )


def _largest(archive: Path) -> list[str]:
    sizes: dict[str, int] = {}
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            top = entry.filename.partition("/")[0]
            sizes[top] = sizes.get(top, 0) + entry.compress_size
    largest = sorted(sizes, key=lambda top: -sizes[top])[:5]
    return [f"{top} {sizes[top]:,}" for top in largest]
