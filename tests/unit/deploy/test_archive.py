from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from deploy.archive import pack
from sgguard.errors import GuardError


def folder(base: Path, *, newest_first: bool) -> Path:
    base.mkdir()
    names = ["a.py", "b/c.py", "b/__pycache__/c.cpython-310.pyc"]
    for name in reversed(names) if newest_first else names:
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(name)
    return base


def test_neither_order_nor_time_nor_mode_changes_a_byte(tmp_path: Path) -> None:
    one = folder(tmp_path / "one", newest_first=False)
    two = folder(tmp_path / "two", newest_first=True)
    os.utime(two / "a.py", (1, 1))
    (two / "a.py").chmod(0o700)
    pack(one, tmp_path / "one.zip")
    pack(two, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "one.zip").testzip() is None


def test_a_zip_that_is_too_large_names_what_fills_it(tmp_path: Path) -> None:
    source = tmp_path / "f"
    (source / "big").mkdir(parents=True)
    (source / "big" / "x.bin").write_bytes(os.urandom(2000))
    with pytest.raises(GuardError, match=r"the limit is 1,000.*big 2,0\d\d") as caught:
        pack(source, tmp_path / "f.zip", limit=1000)
    assert "deploy/staging.py" in caught.value.next_step
