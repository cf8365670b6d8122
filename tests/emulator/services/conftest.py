"""Calls of any product: with the SDK's plain client, for as, cam and sts have no typed one here."""

from __future__ import annotations

from typing import Any

import pytest
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile

REGION = "ap-guangzhou"
VERSIONS = {
    "as": "2018-04-19",
    "cam": "2019-01-16",
    "cloudaudit": "2019-03-19",
    "cvm": "2017-03-12",
    "eb": "2021-04-16",
    "scf": "2018-04-16",
    "ssm": "2019-09-23",
    "sts": "2018-08-13",
    "tag": "2018-08-13",
    "tke": "2022-05-01",
    "vpc": "2017-03-12",
}


class Calls:
    """The answers to calls, by product and action; the cloud's own key signs unless another is set."""

    def __init__(self, api: Any, key: Any = None) -> None:
        self._api = api
        self._key = key

    def signed_by(self, key: Any) -> Calls:
        """The same with another key: one of the cloud's, or what AssumeRole has answered."""
        return Calls(self._api, key)

    def __call__(
        self, product: str, action: str, /, *, at: str = REGION, version: str = "", **params: Any
    ) -> dict[str, Any]:
        key = self._key or self._api.cloud.credentials
        if isinstance(key, dict):
            credential = Credential(key["TmpSecretId"], key["TmpSecretKey"], key["Token"])
        else:
            credential = Credential(key.secret_id, key.secret_key, key.token or None)
        profile = ClientProfile(httpProfile=self._api.http)
        client = CommonClient(product, version or VERSIONS[product], credential, at, profile)
        return client.call_json(action, params)["Response"]

    def error(self, product: str, action: str, /, **params: Any) -> str:
        """The error code of a call that must fail."""
        return self.refusal(product, action, **params).get_code()

    def refusal(self, product: str, action: str, /, **params: Any) -> TencentCloudSDKException:
        """What a call that must fail raises."""
        with pytest.raises(TencentCloudSDKException) as caught:
            self(product, action, **params)
        assert caught.value.get_request_id()
        return caught.value


@pytest.fixture
def call(local: Any) -> Calls:
    """Calls where the way in does not matter."""
    return Calls(local)
