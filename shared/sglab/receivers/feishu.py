"""A Feishu bot with signature verification.

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

from __future__ import annotations

import base64
import hmac

from sglab.receivers.desk import Desk, Post, Reply, inside, json_reply

BOT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
_SKEW = 3600.0
_LARGEST = 20 * 1024
_TEXTS = {
    9499: "Bad Request",
    11232: "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]",
    19001: "param invalid: incoming webhook access token invalid",
    19021: "sign match fail or timestamp is not within one hour from current time",
    19022: "Ip Not Allowed",
    19024: "Key Words Not Found",
}
_TAGS = {"div", "hr", "action", "note", "markdown", "column_set", "img"}


class FeishuDesk(Desk):
    """Success and failure are HTTP 200 with a `code`; the gateway's own limit is HTTP 429."""

    path = f"/open-apis/bot/v2/hook/{BOT}"
    keys = ("feishu-signing-key-1",)
    rates = ((100, 60.0), (5, 1.0))

    def error(self, code: int | str) -> Reply:
        """A code, or ``429`` with the seconds to wait."""
        if int(code) == 429:  # noqa: PLR2004 (a status, no code)
            return Reply(status=429, headers={"x-ogw-ratelimit-reset": "7"})
        return json_reply({"code": int(code), "data": {}, "msg": _TEXTS.get(int(code), "unknown")})

    def thanks(self) -> Reply:
        """Code 0, in the new form and in the old one."""
        return json_reply({"StatusCode": 0, "code": 0, "data": {}, "msg": "success"})

    def check(self, post: Post, at: float) -> Reply | None:
        """Token, signature, rate, size, form."""
        document = post.document()
        if post.path != self.path:
            return self.error(19001)
        stamp, sign = str(document.get("timestamp", "")), str(document.get("sign", ""))
        if not stamp.isdigit() or abs(at - int(stamp)) > _SKEW:
            return self.error(19021)
        if not hmac.compare_digest(sign, self._sign(stamp)):
            return self.error(19021)
        if self.too_fast(at):
            return self.error(11232)
        if len(post.body) > _LARGEST or not _is_message(document):
            return self.error(9499)
        return None

    def _sign(self, stamp: str) -> str:
        code = hmac.new(f"{stamp}\n{self.keys[0]}".encode(), digestmod="sha256")
        return base64.b64encode(code.digest()).decode()


def _is_message(document: dict[str, object]) -> bool:
    if document.get("msg_type") == "text":
        return isinstance(inside(document, "content", "text"), str)
    elements = inside(document, "card", "elements")
    if document.get("msg_type") != "interactive" or not isinstance(elements, list) or not elements:
        return False
    return all(isinstance(one, dict) and one.get("tag") in _TAGS for one in elements)
