"""The CloudAudit record of a successful write.

Fields: https://www.tencentcloud.com/document/product/1021/40499; types and spellings as in published records.
None of a write to a security group has been published, so `resourceType`, `resourceName` and `resourceSet`
follow the records of other products.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from tcmock.account import Account, Assumer, Key
from tcmock.clock import china_time
from tcmock.gateway import Admission
from tcmock.invocation import Answer, Resource
from tcmock.wire import Request

Record = dict[str, object]
"""Treat it as frozen: everybody who asks gets the same one."""


def audit_record(
    request: Request, call: Admission, changed: Resource, answer: Answer, request_id: str, event_time: int
) -> Record:
    """The record of a call that changed that resource at `event_time` (seconds since the epoch)."""
    product = call.service.name
    return {
        "userIdentity": _identity(call.account, call.key, request.source_address),
        "eventRegion": call.region,
        "eventVersion": 2,
        "errorCode": "0",
        "errorMessage": "permission verify",
        "requestID": request_id,
        "eventID": request_id,
        "apiVersion": "3.0",
        "eventType": "ConsoleCall" if call.key.console else "ApiCall",
        "actionType": "Write",
        "httpMethod": request.method,
        "apiErrorCode": "0",
        "apiErrorMessage": "",
        "userAgent": request.header("X-TC-RequestClient").partition(";")[0],
        "eventTime": event_time,
        "sensitiveAction": "0",
        "sourceIPAddress": request.source_address,
        "resourceType": product,
        "eventName": call.name,
        "eventSource": _source(product, call),
        "requestParameters": json.dumps(
            {**call.given, "Version": call.service.version, "Region": call.region}
        ),
        "responseElements": json.dumps({**answer, "RequestId": request_id}),
        **_resource(product, call, changed, answer),
        "tags": [""],
    }


def _source(product: str, call: Admission) -> str:
    """The host that took the call; the console's has another domain in every record that was seen."""
    return (
        f"{product}.{call.region}.api.tencentyun.com"
        if call.key.console
        else f"{product}.tencentcloudapi.com"
    )


def _resource(product: str, call: Admission, changed: Resource, answer: Answer) -> Mapping[str, object]:
    names = changed.names(call.params, answer)
    return {
        "resourceName": "|".join(names),
        "resourceSet": [
            {
                "resourceType": product.upper(),
                "resourceRegion": call.region if call.service.regional else "",
                "resourceId": name.partition("/")[2],
                "resourceTypeClass": changed.type_class,
            }
            for name in names
        ],
    }


def _identity(account: Account, key: Key, address: str) -> Mapping[str, object]:
    principal = key.principal_id or account.uin
    names = {
        "Root": "root",
        "CAMUser": principal,
        "AssumedRole": "roleUser",
        "TencentCloudService": key.role_name,
    }
    identity = {
        "principalId": principal,
        "accountId": account.uin,
        "secretId": key.secret_id,
        "sessionContext": _session(account, key, principal, address),
        "type": key.type,
        "userName": key.user_name or names[key.type],
    }
    return {**identity, "roleSessionName": key.role_session_name} if key.role_session_name else identity


def _session(account: Account, key: Key, principal: str, address: str) -> str:
    """JSON in a string, and in it once more under `extraInfo`. The session's token is left out."""
    extra: dict[str, object] = {"sessionUin": int(principal)} if key.console else {}
    if key.role_name:
        by = key.assumer or Assumer(uin=account.uin, owner_uin=account.uin, owner_app_id=account.app_id)
        extra = {
            "roleOwnerUin": int(account.uin),
            "assumerUin": int(by.uin),
            "assumerOwnerUin": int(by.owner_uin),
            "assumerOwnerAppId": int(by.owner_app_id),
            "roleSessionName": key.role_session_name,
            "roleName": key.role_name,
            "roleType": 1 if key.type == "AssumedRole" else 2,
        }
    session = {
        "ua": "",
        "userIp": address,
        "uin": int(principal),
        "ownerUin": int(account.uin),
        "appId": int(account.app_id),
        **({"expireTime": china_time(key.expires)} if key.expires is not None else {}),
        "mfa": 0,
        "interfaceName": "",
        "hasPolicyFilter": 0,
        "policyFilter": "",
        "extraInfo": json.dumps(extra),
    }
    return json.dumps(session)
