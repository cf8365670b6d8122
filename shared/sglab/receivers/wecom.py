"""A WeCom group bot. https://developer.work.weixin.qq.com/document/path/99110."""

from __future__ import annotations

from sglab.receivers.desk import Desk, Post, Reply, inside, json_reply

KEY = "11111111-2222-4333-8444-555555555555"
_TEXTS = {
    -1: "system busy",
    6000: "data conflict",
    40008: "invalid message type",
    40035: "invalid parameters",
    40058: "content exceed max length",
    45009: "api freq out of limit",
    93000: "invalid webhook url",
}
_LIMITS = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}


class WeComDesk(Desk):
    """Every answer is HTTP 200."""

    path = f"/cgi-bin/webhook/send?key={KEY}"
    rates = ((20, 60.0),)

    def error(self, code: int | str) -> Reply:
        """As the vendor words it, with its trailing advice."""
        number = int(code)
        hint = f"{_TEXTS.get(number, 'unknown')}, hint: [1700000000], from ip: 203.0.113.7, more info at"
        link = f"https://open.work.weixin.qq.com/devtool/query?e={number}"
        return json_reply({"errcode": number, "errmsg": f"{hint} {link}"})

    def thanks(self) -> Reply:
        """Code 0."""
        return json_reply({"errcode": 0, "errmsg": "ok"})

    def check(self, post: Post, at: float) -> Reply | None:
        """Key, rate, kind, size in bytes."""
        document = post.document()
        kind = document.get("msgtype")
        if post.path != "/cgi-bin/webhook/send" or post.asked("key") != KEY:
            return self.error(93000)
        if self.too_fast(at):
            return self.error(45009)
        if not isinstance(kind, str) or kind not in _LIMITS:
            return self.error(40008)
        content = inside(document, kind, "content")
        if not isinstance(content, str) or not content:
            return self.error(40035)
        return self.error(40058) if len(content.encode()) > _LIMITS[kind] else None
