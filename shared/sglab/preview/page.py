"""A page of pictures: one file, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from sglab.preview.picture import NAMES, Picture

_HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>sgguard: messages</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body{margin:0;padding:16px;background:#eceff3;color:#1f2329;font:14px/1.45 "Noto Sans","Noto Sans CJK SC",sans-serif}
section{max-width:660px;margin:0 0 16px}
h2{font-size:12px;font-weight:600;color:#646a73;margin:0 0 6px}
article{background:#fff;border-radius:8px;padding:12px 16px;box-shadow:0 1px 2px #0002;overflow-wrap:anywhere}
h4{margin:0 0 8px;font-size:15px}p{margin:0 0 7px}p.tight{margin:0 0 2px}
blockquote{margin:0 0 3px;padding-left:10px;border-left:3px solid #d0d5dd;color:#3d4350}
pre{margin:0 0 7px;padding:8px 10px;background:#f5f6f7;border:1px solid #e2e4e8;border-radius:4px;
font:12px/1.5 "DejaVu Sans Mono",monospace;white-space:pre-wrap}
pre.json{max-height:520px;overflow:hidden;margin:0}code{font:12px/1.5 "DejaVu Sans Mono",monospace}
a{color:#1456f0;text-decoration:none}p.button a{display:inline-block;border:1px solid #c9cdd4;border-radius:6px;
padding:4px 12px;color:#1f2329}mark{background:#ffd666}
.feishu article{padding-top:0}h4.bar{margin:0 -16px 12px;padding:10px 16px;border-radius:8px 8px 0 0;color:#fff}
.bar.red{background:#f54a45}.bar.orange{background:#ff8800}.bar.yellow{background:#dc9b04}.bar.grey{background:#8f959e}
.bar.green{background:#34c724}.slack article{border-left:4px solid #4a154b}.teams article{border-top:3px solid #5b5fc7}
.dingtalk article{background:#f7fbff}
</style>"""


def page(pictures: Iterable[Picture]) -> str:
    """The whole page."""
    return _HEAD + "\n".join(map(_section, pictures)) + "\n</html>\n"


def _section(picture: Picture) -> str:
    name = escape(NAMES.get(picture.kind, picture.kind))
    kind = escape(picture.kind)
    return f'<section class="{kind}"><h2>{name}</h2><article>{picture.html}</article></section>'
