"""GET Bucket: the objects of a bucket by prefix, from a marker on.

https://www.tencentcloud.com/document/product/436/30614
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, tostring

from tcmock.clock import utc_millis_time
from tcmock.cos.address import app_id_of
from tcmock.cos.state import Bucket, Object
from tcmock.errors import APIError

MAX_KEYS = 1000


def listing(bucket: Bucket, query: Mapping[str, str]) -> bytes:
    """One page as XML. Keys are in the order of their bytes; a delimiter folds what comes after it.

    Raises:
        APIError: a parameter cannot be.
    """
    prefix, marker, delimiter = (query.get(name, "") for name in ("prefix", "marker", "delimiter"))
    limit, encoded = _limit(query.get("max-keys", "")), query.get("encoding-type", "")
    if encoded not in ("", "url"):
        raise APIError("InvalidArgument", "`encoding-type` must be url.")
    entries = _entries(bucket, prefix, marker, delimiter)
    page, more = entries[:limit], len(entries) > limit
    written = _quoted if encoded else str
    root = Element("ListBucketResult")
    _put(root, "Name", bucket.name)
    _put(root, "Prefix", written(prefix))
    _put(root, "Marker", written(marker))
    _put(root, "MaxKeys", str(limit))
    _put(root, "IsTruncated", "true" if more else "false")
    if more:
        _put(root, "NextMarker", written(page[-1]))
    if delimiter:
        _put(root, "Delimiter", written(delimiter))
    if encoded:
        _put(root, "EncodingType", encoded)
    for name in page:
        if name in bucket.objects:
            _contents(root, bucket, name, written(name))
        else:
            _put(SubElement(root, "CommonPrefixes"), "Prefix", written(name))
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _entries(bucket: Bucket, prefix: str, marker: str, delimiter: str) -> list[str]:
    """Keys and folded prefixes after the marker."""
    found: dict[str, None] = {}
    for key in sorted(bucket.objects, key=str.encode):
        if key.startswith(prefix):
            head, cut, _ = key.removeprefix(prefix).partition(delimiter) if delimiter else (key, "", "")
            found[f"{prefix}{head}{delimiter}" if cut else key] = None
    return [name for name in found if name > marker]


def _contents(root: Element, bucket: Bucket, key: str, written: str) -> None:
    found: Object = bucket.objects[key]
    item = SubElement(root, "Contents")
    _put(item, "Key", written)
    _put(item, "LastModified", utc_millis_time(found.modified))
    _put(item, "ETag", found.etag)
    _put(item, "Size", str(len(found.body)))
    owner = SubElement(item, "Owner")
    _put(owner, "ID", app_id_of(bucket.name))
    _put(owner, "DisplayName", app_id_of(bucket.name))
    _put(item, "StorageClass", "STANDARD")


def _limit(text: str) -> int:
    if text and not text.isdecimal():
        raise APIError("InvalidArgument", f"`max-keys` must be a number up to {MAX_KEYS}.")
    return min(int(text or MAX_KEYS), MAX_KEYS)


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _put(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
