"""A DingTalk robot whose security setting is signing.

https://open.dingtalk.com/document/robots/customize-robot-security-settings
"""

from __future__ import annotations

import base64
import hmac

from sglab.receivers.desk import Desk, Post, Reply, inside, json_reply

ROBOT = "0123456789abcdef" * 4
_SKEW = 3600.0
_BLOCK = 600.0
_LARGEST = 20_000
_TEXTS = {
    -1: "系统繁忙",
    130101: "send too fast, exceed 20 times per minute",
    300005: "token is not exist",
    310000: "sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]",
    400013: "群已被解散",
    400101: "access_token不存在",
    400102: "机器人已停用",
    410100: "发送速度太快而限流",
    460101: "message too long, exceed 20000 bytes",
}
_WHYS = {
    "keyword": "keywords not in content, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]",
    "timestamp": "invalid timestamp, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]",
    "sign": "sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]",
    "关键词": "description:关键词不匹配;solution:请联系群管理员查看此机器人的关键词;",
    "签名": "description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中;",
    "ip": "ip 203.0.113.7 not in whitelist, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]",
}


class DingTalkDesk(Desk):
    """Every answer is HTTP 200. Who is too fast is let in again after ten minutes."""

    path = f"/robot/send?access_token={ROBOT}"
    keys = ("SEC" + "0f" * 32,)
    rates = ((20, 60.0),)

    def __init__(self) -> None:
        super().__init__()
        self._blocked_until = 0.0

    def error(self, code: int | str) -> Reply:
        """A code, or one of the reasons behind 310000: ``keyword``, ``timestamp``, ``sign``, ``ip``."""
        if isinstance(code, str) and code in _WHYS:
            return json_reply({"errcode": 310000, "errmsg": _WHYS[code]})
        return json_reply({"errcode": int(code), "errmsg": _TEXTS.get(int(code), "unknown")})

    def thanks(self) -> Reply:
        """Code 0."""
        return json_reply({"errcode": 0, "errmsg": "ok"})

    def check(self, post: Post, at: float) -> Reply | None:
        """Token, moment, signature, rate, size, kind."""
        if post.path != "/robot/send" or post.asked("access_token") != ROBOT:
            return self.error(300005)
        stamp = post.asked("timestamp")
        if not stamp.isdigit() or abs(at - int(stamp) / 1000) > _SKEW:
            return self.error("timestamp")
        if not hmac.compare_digest(post.asked("sign"), self._sign(stamp)):
            return self.error("sign")
        if self.too_fast(at):
            self._blocked_until = at + _BLOCK
        if at < self._blocked_until:
            return self.error(130101)
        if len(post.body) > _LARGEST:
            return self.error(460101)
        return None if _is_message(post.document()) else json_reply({"errcode": 40035, "errmsg": "缺少参数"})

    def _sign(self, stamp: str) -> str:
        code = hmac.new(self.keys[0].encode(), f"{stamp}\n{self.keys[0]}".encode(), "sha256")
        return base64.b64encode(code.digest()).decode()


def _is_message(document: dict[str, object]) -> bool:
    if document.get("msgtype") == "text":
        return isinstance(inside(document, "text", "content"), str)
    if document.get("msgtype") != "markdown":
        return False
    return all(isinstance(inside(document, "markdown", key), str) for key in ("title", "text"))
