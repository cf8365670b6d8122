"""Stands in for crcmod, which has no wheel, in the zip of a function with a store on COS.

The vendor's COS client imports it for resumable downloads only, and the guard makes none.
"""


def mkCrcFun(*_: object, **__: object) -> object:  # noqa: N802 - crcmod's name
    """Refuse: nothing here may rely on it."""
    raise NotImplementedError("crcmod is not part of this zip: resumable downloads cannot be made")
