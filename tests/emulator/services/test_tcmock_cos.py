"""Buckets and objects, with the vendor's own client for them."""

from __future__ import annotations

import base64
import io
import logging
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from qcloud_cos import CosConfig, CosS3Client
from qcloud_cos.cos_exception import CosClientError, CosServiceError

from tcmock import Cloud, StateError, ThreadedProxy, ThreadedServer, mock_tencentcloud

ACCOUNT, REGION, BUCKET = "100000000001", "ap-guangzhou", "store-1250000001"
KEY = "guard/journal/2026-11 Ä+&.json"
Connect = Callable[..., CosS3Client]


@pytest.fixture(autouse=True)
def _quiet() -> None:
    """The client logs every refusal."""
    logging.getLogger("qcloud_cos").setLevel(logging.CRITICAL)


@pytest.fixture
def cloud() -> Cloud:
    """A cloud with one bucket."""
    cloud = Cloud(seed=1)
    cloud.account(ACCOUNT).region(REGION).add("buckets", Bucket=BUCKET)
    return cloud


@pytest.fixture(params=["in-process", "server", "http-proxy", "https-proxy", "old-domain"])
def connect(request: pytest.FixtureRequest, cloud: Cloud) -> Iterator[Connect]:
    """Makes clients that reach the cloud one way or another."""

    def client(key: Any = None, **more: Any) -> CosS3Client:
        key = key or cloud.credentials
        given = {"Region": REGION, "SecretId": key.secret_id, "SecretKey": key.secret_key}
        given = {"Token": key.token or None, "Scheme": "http", **given, **more}
        return CosS3Client(CosConfig(**given), retry=0)

    if request.param in ("in-process", "old-domain"):
        with mock_tencentcloud(cloud):
            old = request.param == "old-domain"
            yield lambda key=None, **more: client(key, EnableOldDomain=old, **more)
        return
    if request.param == "https-proxy":
        with ThreadedProxy(cloud) as proxy:
            more = {"Proxies": {"https": proxy.endpoint}, "VerifySSL": str(proxy.ca_file), "Scheme": "https"}
            yield lambda key=None, **given: client(key, **more, **given)
        return
    with ThreadedServer(cloud) as server:
        there = urlsplit(server.endpoint)
        if request.param == "server":
            yield lambda key=None, **more: client(key, IP=there.hostname, Port=there.port, **more)
        else:
            yield lambda key=None, **more: client(key, Proxies={"http": server.endpoint}, **more)


@pytest.fixture
def cos(cloud: Cloud) -> Iterator[CosS3Client]:
    """A client where the way does not matter."""
    with mock_tencentcloud(cloud):
        key = cloud.credentials
        yield CosS3Client(CosConfig(Region=REGION, SecretId=key.secret_id, SecretKey=key.secret_key), retry=0)


def refusal(call: Callable[[], object]) -> tuple[str, int]:
    """Code and status of a request that must fail."""
    with pytest.raises(CosServiceError) as caught:
        call()
    return caught.value.get_error_code(), caught.value.get_status_code()


def test_a_whole_life(cloud: Cloud, connect: Connect) -> None:
    """Put, head, get, list, delete, with a key that must be quoted; over every way in."""
    cos = connect()
    made = cos.put_object(
        Bucket=BUCKET,
        Key=KEY,
        Body=b'{"a":1}',
        ContentType="application/json",
        Metadata={"x-cos-meta-at": "7"},
    )
    told = cos.head_object(Bucket=BUCKET, Key=KEY)
    assert (told["ETag"], told["Content-Length"], told["x-cos-meta-at"]) == (made["ETag"], "7", "7")
    read = cos.get_object(Bucket=BUCKET, Key=KEY)
    assert (read["Body"].get_raw_stream().read(), read["Content-Type"]) == (b'{"a":1}', "application/json")
    (listed,) = cos.list_objects(Bucket=BUCKET, Prefix="guard/")["Contents"]
    assert (listed["Key"], listed["Size"], listed["ETag"]) == (KEY, "7", made["ETag"])
    cos.delete_object(Bucket=BUCKET, Key=KEY)
    cos.delete_object(Bucket=BUCKET, Key=KEY)
    assert refusal(lambda: cos.get_object(Bucket=BUCKET, Key=KEY)) == ("NoSuchKey", 404)
    assert refusal(lambda: cos.head_object(Bucket=BUCKET, Key=KEY)) == ("NoSuchResource", 404)
    assert "Contents" not in cos.list_objects(Bucket=BUCKET)
    assert [call.action for call in cloud.calls[:3]] == ["PutObject", "HeadObject", "GetObject"]
    assert cloud.audit.records == []


def test_appending(cos: CosS3Client) -> None:
    """Only at the end, and only to what was begun by appending."""
    first = cos.append_object(Bucket=BUCKET, Key="log", Position=0, Data=b"one\n")
    assert first["x-cos-next-append-position"] == "4"
    cos.append_object(Bucket=BUCKET, Key="log", Position=4, Data=b"two\n")
    assert cos.get_object(Bucket=BUCKET, Key="log")["Body"].get_raw_stream().read() == b"one\ntwo\n"
    again = {"Bucket": BUCKET, "Key": "log", "Position": 4, "Data": b"x"}
    assert refusal(lambda: cos.append_object(**again)) == ("AppendPositionErr", 409)
    cos.put_object(Bucket=BUCKET, Key="plain", Body=b"")
    plain = {"Bucket": BUCKET, "Key": "plain", "Position": 0, "Data": b"x"}
    assert refusal(lambda: cos.append_object(**plain)) == ("ObjectNotAppendable", 409)
    assert cos.head_object(Bucket=BUCKET, Key="log")["x-cos-object-type"] == "appendable"


def test_pages_prefixes_and_folders(cos: CosS3Client) -> None:
    """In the order of the keys' bytes, from a marker on; a delimiter folds."""
    for key in ("a/2", "a/1", "b", "a/sub/3", "Ä"):
        cos.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    keys, marker = [], ""
    while True:
        page = cos.list_objects(Bucket=BUCKET, MaxKeys=2, Marker=marker)
        keys += [item["Key"] for item in page["Contents"]]
        if page["IsTruncated"] == "false":
            break
        marker = page["NextMarker"]
    assert keys == ["a/1", "a/2", "a/sub/3", "b", "Ä"]
    folded = cos.list_objects(Bucket=BUCKET, Prefix="a/", Delimiter="/")
    assert [item["Key"] for item in folded["Contents"]] == ["a/1", "a/2"]
    assert [item["Prefix"] for item in folded["CommonPrefixes"]] == ["a/sub/"]
    assert [
        item["Key"] for item in cos.list_objects(Bucket=BUCKET, Prefix="a/", Marker="a/1")["Contents"]
    ] == [
        "a/2",
        "a/sub/3",
    ]


def test_buckets(cos: CosS3Client, cloud: Cloud) -> None:
    """Made with the account's app id at the end of the name, in one region."""
    assert not cos.bucket_exists(Bucket="more-1250000001")
    cos.create_bucket(Bucket="more-1250000001")
    assert cos.bucket_exists(Bucket="more-1250000001")
    assert refusal(lambda: cos.create_bucket(Bucket="more-1250000001")) == ("BucketAlreadyOwnedByYou", 409)
    assert refusal(lambda: cos.list_objects(Bucket="none-1250000001")) == ("NoSuchBucket", 404)
    assert refusal(lambda: cos.list_objects(Bucket="more-1259999999")) == ("NoSuchBucket", 404)
    with pytest.raises(StateError, match="no name of a bucket"):
        cloud.account(ACCOUNT).region(REGION).add("buckets", Bucket="Store")


def test_state_documents_keep_objects(cos: CosS3Client, cloud: Cloud) -> None:
    """Text as text, the rest in base64."""
    cos.put_object(Bucket=BUCKET, Key="text", Body="Ä".encode())
    cos.put_object(Bucket=BUCKET, Key="bytes", Body=b"\xff\x00")
    document = cloud.dump()
    cloud.load(document)
    assert cloud.dump() == document
    assert cos.get_object(Bucket=BUCKET, Key="bytes")["Body"].get_raw_stream().read() == b"\xff\x00"


def test_who_may(cloud: Cloud, connect: Connect) -> None:
    """Signatures, tokens, other accounts, and roles, which need to be allowed."""
    account = cloud.account(ACCOUNT)
    resource = f"qcs::cos:{REGION}:uid/1250000001:{BUCKET}/guard/*"
    actions = ["name/cos:PutObject", "cos:GetObject", "cos:GetBucket"]
    sentence = {"effect": "allow", "action": actions, "resource": resource}
    account.add("policies", PolicyName="store", PolicyDocument={"version": "2.0", "statement": [sentence]})
    account.add("roles", RoleName="guard", Policies=["store"])
    role = account.add_key(role_name="guard", token="its-token", expires=int(time.time()) + 60)  # noqa: TID251
    cos = connect(role)
    cos.put_object(Bucket=BUCKET, Key="guard/a", Body=b"x")
    assert refusal(lambda: cos.put_object(Bucket=BUCKET, Key="other", Body=b"x")) == ("AccessDenied", 403)
    assert refusal(lambda: cos.delete_object(Bucket=BUCKET, Key="guard/a")) == ("AccessDenied", 403)
    assert refusal(lambda: cos.list_objects(Bucket=BUCKET)) == ("AccessDenied", 403)
    (listed,) = cos.list_objects(Bucket=BUCKET, Prefix="guard/")["Contents"]
    assert listed["Key"] == "guard/a"
    wrong = connect(type(role)(secret_id=role.secret_id, secret_key="wrong", token=role.token))
    assert refusal(lambda: wrong.get_object(Bucket=BUCKET, Key="guard/a")) == ("SignatureDoesNotMatch", 403)
    bare = connect(type(role)(secret_id=role.secret_id, secret_key=role.secret_key))
    assert refusal(lambda: bare.get_object(Bucket=BUCKET, Key="guard/a")) == ("InvalidAccessKeyId", 403)
    unknown = connect(type(role)(secret_id="AKIDnobody", secret_key="x"))
    assert refusal(lambda: unknown.get_object(Bucket=BUCKET, Key="guard/a")) == ("InvalidAccessKeyId", 403)
    stranger = connect(cloud.account("100000000002").keys[0])
    assert refusal(lambda: stranger.get_object(Bucket=BUCKET, Key="guard/a")) == ("AccessDenied", 403)


def test_a_store_that_is_down(cos: CosS3Client, cloud: Cloud) -> None:
    """Everything else goes on."""
    cloud.faults.add("*", "store-down", calls=2)
    assert refusal(lambda: cos.get_object(Bucket=BUCKET, Key="x")) == ("ServiceUnavailable", 503)
    assert refusal(lambda: cos.put_object(Bucket=BUCKET, Key="x", Body=b"")) == ("ServiceUnavailable", 503)
    cos.put_object(Bucket=BUCKET, Key="x", Body=b"")
    assert cloud.faults.fired == {"store-down": 2}
    assert [call.code for call in cloud.calls] == ["ServiceUnavailable", "ServiceUnavailable", ""]


@pytest.mark.parametrize(
    ("effect", "error", "kept"),
    [
        ("throttle", ("SlowDown", 503), False),
        ("unauthorized", ("AccessDenied", 403), False),
        ("InternalError", ("InternalError", 500), False),
        ("reset", None, False),
        ("lost-answer", None, True),
    ],
)
def test_other_faults(cos: CosS3Client, cloud: Cloud, effect: str, error: Any, kept: Any) -> None:
    """By the operation's name; an answer that is lost was executed all the same."""
    cloud.faults.add("PutObject", effect)
    if error:
        assert refusal(lambda: cos.put_object(Bucket=BUCKET, Key="x", Body=b"")) == error
    else:
        with pytest.raises(CosClientError):
            cos.put_object(Bucket=BUCKET, Key="x", Body=b"")
    assert cos.object_exists(Bucket=BUCKET, Key="x") is kept


def test_events_do_not_come_of_objects(cloud: Cloud) -> None:
    """So a fault of those would never happen."""
    with pytest.raises(ValueError, match="`PutObject` leaves no event"):
        cloud.faults.add("PutObject", "audit-lost")


def test_what_is_left_out_says_so(cos: CosS3Client) -> None:
    """Conditions, parts, other queries."""
    cos.put_object(Bucket=BUCKET, Key="x", Body=b"abc")
    assert refusal(lambda: cos.get_object(Bucket=BUCKET, Key="x", Range="bytes=0-1")) == (
        "NotImplemented",
        501,
    )
    assert refusal(lambda: cos.get_object(Bucket=BUCKET, Key="x", IfMatch="y")) == ("NotImplemented", 501)
    assert refusal(lambda: cos.get_bucket_acl(Bucket=BUCKET)) == ("NotImplemented", 501)
    assert refusal(lambda: cos.delete_bucket(Bucket=BUCKET)) == ("MethodNotAllowed", 405)


def test_functions_take_their_code_from_a_bucket(call: Any, cloud: Cloud) -> None:
    """In their own region, under the account's app id."""
    text = io.BytesIO()
    with zipfile.ZipFile(text, "w") as archive:
        archive.writestr("index.py", "")
    entry = {"Key": "code/a.zip", "BodyBase64": base64.b64encode(text.getvalue()).decode()}
    cloud.account(ACCOUNT).region(REGION).add("buckets", Bucket="code-1250000001", Objects=[entry])
    code = {"CosBucketName": "code", "CosObjectName": "/code/a.zip"}
    call("scf", "CreateFunction", FunctionName="guard", Code=code)
    assert call("scf", "GetFunction", FunctionName="guard")["CodeSize"] == len(text.getvalue())
    for changes, error in (
        ({"CosBucketName": "none"}, "ResourceNotFound.Cos"),
        ({"CosObjectName": "/none"}, "ResourceNotFound.CosObject"),
        ({"CosBucketRegion": "ap-tokyo"}, "InvalidParameterValue.CosBucketRegion"),
    ):
        assert call.error("scf", "CreateFunction", FunctionName="more", Code={**code, **changes}) == error
