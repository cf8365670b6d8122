"""What every effect of a fault is."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]


class Effect(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    """Something that goes wrong. As JSON it is an object of its members, with its tag as ``kind``."""

    tentative: ClassVar[bool] = False
    """Whether it concerns reads only, and counts only if the answer is another one for it."""

    @property
    def name(self) -> str:
        """What it is counted as."""
        return str(self.__struct_config__.tag)
