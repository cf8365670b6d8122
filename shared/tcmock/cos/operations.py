"""What can be done with buckets and objects.

https://www.tencentcloud.com/document/product/436/7751. Reads see every write that was answered before them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from tcmock.account import Account
from tcmock.clock import http_date
from tcmock.cos.address import Place, app_id_of, is_bucket_name
from tcmock.cos.listing import listing
from tcmock.cos.state import Bucket, CosState, Object
from tcmock.errors import APIError
from tcmock.wire import Request

KEY_BYTES = 850
BODY_BYTES = 10 * 1024 * 1024
"""Of what is emulated; the vendor takes 5 GB."""
_META = "x-cos-meta-"
_KEPT = ("content-type", "cache-control", "content-disposition", "content-encoding", "expires")
_UNKNOWN = (
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "range",
    "x-cos-copy-source",
)


class Asked(msgspec.Struct, frozen=True):
    """A request whose signer may do it."""

    account: Account
    """Whose bucket it is."""
    place: Place
    region: str
    query: Mapping[str, str]
    request: Request
    now: float

    @property
    def state(self) -> CosState:
        """Buckets of the region."""
        return self.account.region(self.region)[CosState]

    @property
    def bucket(self) -> Bucket:
        """The bucket. Raises APIError."""
        if self.place.bucket not in self.state.buckets:
            raise APIError("NoSuchBucket", f"The bucket `{self.place.bucket}` does not exist.")
        return self.state.buckets[self.place.bucket]

    @property
    def found(self) -> Object:
        """The object. Raises APIError."""
        known = self.bucket.objects.get(self.place.key)
        if known is None:
            raise APIError("NoSuchKey", f"The object `{self.place.key}` does not exist.")
        return known


class Reply(msgspec.Struct, frozen=True):
    """A success: status, headers and body."""

    status: int = 200
    headers: Mapping[str, str] = {}
    body: bytes = b""


class Operation(msgspec.Struct, frozen=True):
    """One operation."""

    run: Callable[[Asked], Reply]
    writes: bool = False


def put_bucket(asked: Asked) -> Reply:
    """Make a bucket."""
    name = asked.place.bucket
    if not is_bucket_name(name):
        raise APIError("InvalidBucketName", f"`{name}` is no name of a bucket; write like `name-1250000001`.")
    if name in asked.state.buckets:
        raise APIError("BucketAlreadyOwnedByYou", f"The bucket `{name}` is there already.")
    asked.state.buckets[name] = Bucket(name=name, created=asked.now)
    return Reply()


def head_bucket(asked: Asked) -> Reply:
    """Whether a bucket is there."""
    _ = asked.bucket
    return Reply(headers={"x-cos-bucket-region": asked.region})


def get_bucket(asked: Asked) -> Reply:
    """Its objects, page by page."""
    return Reply(headers={"Content-Type": "application/xml"}, body=listing(asked.bucket, asked.query))


def put_object(asked: Asked) -> Reply:
    """Keep an object in place of whatever was there."""
    made = Object(body=_body(asked), headers=_kept_headers(asked.request), modified=asked.now)
    asked.bucket.objects[_key(asked)] = made
    return Reply(headers={"ETag": made.etag})


def append_object(asked: Asked) -> Reply:
    """Add to the end of an object, which must be at the given position, or begin one."""
    position, bucket = asked.query.get("position", ""), asked.bucket
    if not position.isdecimal():
        raise APIError("InvalidArgument", "`position` must be a number.")
    blank = Object(body=b"", headers=_kept_headers(asked.request), modified=asked.now, appendable=True)
    before = bucket.objects.get(_key(asked), blank)
    if not before.appendable:
        raise APIError("ObjectNotAppendable", f"The object `{asked.place.key}` was not begun by appending.")
    if int(position) != len(before.body):
        raise APIError("AppendPositionErr", f"The object has {len(before.body)} bytes, not {position}.")
    after = msgspec.structs.replace(before, body=before.body + _body(asked), modified=asked.now)
    bucket.objects[asked.place.key] = after
    return Reply(headers={"ETag": after.etag, "x-cos-next-append-position": str(len(after.body))})


def get_object(asked: Asked) -> Reply:
    """An object."""
    return Reply(headers=_told(asked.found), body=asked.found.body)


def head_object(asked: Asked) -> Reply:
    """The same without its body."""
    found = asked.found
    return Reply(headers={**_told(found), "Content-Length": str(len(found.body))})


def delete_object(asked: Asked) -> Reply:
    """Delete an object, which need not be there."""
    asked.bucket.objects.pop(asked.place.key, None)
    return Reply(status=204)


OPERATIONS: Mapping[str, Operation] = {
    "AppendObject": Operation(append_object, writes=True),
    "DeleteObject": Operation(delete_object, writes=True),
    "GetBucket": Operation(get_bucket),
    "GetObject": Operation(get_object),
    "HeadBucket": Operation(head_bucket),
    "HeadObject": Operation(head_object),
    "PutBucket": Operation(put_bucket, writes=True),
    "PutObject": Operation(put_object, writes=True),
}
_BY_METHOD: Mapping[tuple[str, bool], str] = {
    ("PUT", False): "PutBucket",
    ("HEAD", False): "HeadBucket",
    ("GET", False): "GetBucket",
    ("PUT", True): "PutObject",
    ("GET", True): "GetObject",
    ("HEAD", True): "HeadObject",
    ("DELETE", True): "DeleteObject",
}
_LISTING = frozenset({"prefix", "delimiter", "marker", "max-keys", "encoding-type"})


def operation_of(request: Request, place: Place, query: Mapping[str, str]) -> str:
    """The name of what a request asks for.

    Raises:
        APIError: there is no such operation, or tcmock leaves it out.
    """
    left_out = [name for name in _UNKNOWN if request.header(name)]
    if left_out:
        raise APIError("NotImplemented", f"tcmock does not emulate the header `{left_out[0]}` of COS.")
    if request.method == "POST" and place.key and "append" in query:
        return "AppendObject"
    name = _BY_METHOD.get((request.method, bool(place.key)))
    if name is None:
        raise APIError("MethodNotAllowed", f"tcmock does not emulate {request.method} there.")
    unknown = set(query) - (_LISTING if name == "GetBucket" else frozenset())
    if unknown:
        raise APIError("NotImplemented", f"tcmock does not emulate `?{min(unknown)}` of COS.")
    return name


def owner_of(bucket: str, accounts: Mapping[str, Account]) -> Account:
    """The account whose app id a bucket's name ends in. Raises APIError."""
    for account in accounts.values():
        if account.app_id == app_id_of(bucket):
            return account
    raise APIError("NoSuchBucket", f"The bucket `{bucket}` does not exist.")


def region_of(place: Place, owner: Account, default: str) -> str:
    """The region of a bucket: that of the host, or else where it is."""
    if place.region:
        return place.region
    found = (name for name, region in owner.regions.items() if place.bucket in region[CosState].buckets)
    return next(found, default)


def _key(asked: Asked) -> str:
    if len(asked.place.key.encode()) > KEY_BYTES:
        raise APIError("KeyTooLong", f"A key may have {KEY_BYTES} bytes.")
    return asked.place.key


def _body(asked: Asked) -> bytes:
    if len(asked.request.body) > BODY_BYTES:
        raise APIError("EntityTooLarge", f"tcmock takes {BODY_BYTES} bytes at a time.")
    return asked.request.body


def _kept_headers(request: Request) -> Mapping[str, str]:
    given = {name.lower(): value for name, value in request.headers.items()}
    kept = {name: value for name, value in given.items() if name in _KEPT or name.startswith(_META)}
    return {"content-type": "application/octet-stream", **kept}


def _told(found: Object) -> Mapping[str, str]:
    return {
        **{
            name.title() if not name.startswith(_META) else name: value
            for name, value in found.headers.items()
        },
        "ETag": found.etag,
        "Last-Modified": http_date(found.modified),
        "x-cos-object-type": "appendable" if found.appendable else "normal",
    }
