"""TC3-HMAC-SHA256 against both published vectors (https://cloud.tencent.com/document/api/213/30654)."""

from __future__ import annotations

import hashlib

import pytest

from tcmock import APIError, Request
from tcmock import signature as tc3

BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
HEADERS = {
    "content-type": "application/json; charset=utf-8",
    "Host": "cvm.tencentcloudapi.com",
    "X-TC-Action": "DescribeInstances",
    "X-TC-Timestamp": "1551113065",
}
REQUEST = Request("POST", "/", "", HEADERS, BODY)


def claim(signed: str, signature: str = "0" * 64) -> tc3.Authorization:
    """The claim of the published examples, with these signed headers."""
    return tc3.parse(
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        f"SignedHeaders={signed}, Signature={signature}"
    )


def test_the_payload_of_the_examples_is_the_published_one() -> None:
    """The body below is spelled like the one of the examples."""
    assert (
        hashlib.sha256(BODY).hexdigest() == "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
    )


def test_first_vector_content_type_and_host() -> None:
    """The signature of the first example is valid."""
    signature = "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    assert tc3.is_valid(REQUEST, claim("content-type;host", signature), "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")


def test_second_vector_with_the_action_signed_in_lower_case() -> None:
    """The second example publishes its signing key, not the secret."""
    key = bytes.fromhex("b596b923aad85185e2d1f6659d2a062e0a86731226e021e61bfe06f7ed05f5af")
    text = tc3.string_to_sign(REQUEST, claim("content-type;host;x-tc-action"))
    assert text.endswith("7019a55be8395899b900fb5564e4200d984910f34794a27cb3fb7d10ff6a1e84")
    assert tc3.sign(key, text) == "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"


def test_one_changed_byte_is_noticed() -> None:
    """A signature covers the body."""
    signature = "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    forged = Request("POST", "/", "", HEADERS, BODY.replace(b"1", b"2", 1))
    assert not tc3.is_valid(forged, claim("content-type;host", signature), "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")


@pytest.mark.parametrize(
    "header",
    [
        "",
        "SKIP",
        "Basic abc",
        "TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request",
        f"TC3-HMAC-SHA256 Credential=AKID/20190225/cvm/tc3_request, SignedHeaders=host, Signature={'0' * 64}",
        "TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request, SignedHeaders=host, Signature=xyz",
    ],
)
def test_anything_else_is_no_authorization(header: str) -> None:
    """Only the TC3 form is read."""
    with pytest.raises(APIError) as caught:
        tc3.parse(header)
    assert caught.value.code == "AuthFailure.InvalidAuthorization"
