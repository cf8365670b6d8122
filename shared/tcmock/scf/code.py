"""The code of a function: a zip in the request, or one that lies in COS."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import zipfile
from pathlib import Path

from tcmock.cos.state import CosState
from tcmock.errors import APIError, not_emulated
from tcmock.invocation import Invocation
from tcmock.parameters import Params
from tcmock.scf.executor import Code

ZIP_BYTES = 50 * 1024 * 1024
UNZIPPED_BYTES = 500 * 1024 * 1024
"""https://www.tencentcloud.com/document/product/583/11637"""
_MEMBERS = ("ZipFile", "CosBucketName", "CosObjectName", "CosBucketRegion")


def given_code(call: Invocation, params: Params) -> Code:
    """The code that a request brings, in an object `Code` or beside its other members.

    Raises:
        APIError: there is none, or it cannot be used.
    """
    given = params.child("Code") if "Code" in params else params
    for name in given.names:
        if "Code" in params and name not in _MEMBERS:
            raise not_emulated(f"`Code.{name}`")
    zipped, from_cos = given.text("ZipFile"), given.text("CosBucketName")
    if bool(zipped) is bool(from_cos):
        raise APIError("MissingParameter.Code", "Give the code either as `ZipFile` or as an object of COS.")
    return of_archive(_decoded(zipped)) if zipped else _from_cos(call, given)


def of_archive(archive: bytes) -> Code:
    """A zip as code. Raises APIError."""
    if len(archive) > ZIP_BYTES:
        raise APIError("InvalidParameterValue.ZipFile", f"A zip may have {ZIP_BYTES} bytes.")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            size = sum(entry.file_size for entry in opened.infolist())
    except zipfile.BadZipFile as error:
        raise APIError("InvalidParameterValue.ZipFile", f"`ZipFile` is no zip: {error}.") from error
    if size > UNZIPPED_BYTES:
        raise APIError("InvalidParameterValue.ZipFile", f"Unzipped it may have {UNZIPPED_BYTES} bytes.")
    return Code(archive=archive, digest=hashlib.sha256(archive).hexdigest())


def of_folder(folder: Path) -> Code:
    """A folder as code; only state documents have those."""
    return Code(folder=folder, digest=str(folder))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise APIError("InvalidParameterValue.ZipFile", f"`ZipFile` is not in base64: {error}.") from error


def _from_cos(call: Invocation, given: Params) -> Code:
    """The zip that lies in a bucket of the account, in the function's region."""
    if given.text("CosBucketRegion") not in ("", call.region.name):
        raise APIError(
            "InvalidParameterValue.CosBucketRegion", "The bucket must be in the function's region."
        )
    name = f"{given.text('CosBucketName')}-{call.account.app_id}"
    bucket = call.region[CosState].buckets.get(name)
    if bucket is None:
        raise APIError("ResourceNotFound.Cos", f"The bucket `{name}` does not exist.")
    key = given.text("CosObjectName").removeprefix("/")
    if key not in bucket.objects:
        raise APIError("ResourceNotFound.CosObject", f"`{name}` has no object `{key}`.")
    return of_archive(bucket.objects[key].body)
