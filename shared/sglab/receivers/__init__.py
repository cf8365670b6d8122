"""Chat products and webhook receivers that answer as the vendors do: they check what they are sent.

Two readings of one documentation: nothing here imports what `sgguard` sends with. Signatures, sizes, rates
and forms are verified, and errors come the way each vendor sends them, HTTP 200 with an error code included.
"""

from sglab.receivers.desk import Desk, Post, Reply
from sglab.receivers.dingtalk import DingTalkDesk
from sglab.receivers.feishu import FeishuDesk
from sglab.receivers.server import ReceiverServer
from sglab.receivers.site import ChatSite
from sglab.receivers.slack import SlackDesk
from sglab.receivers.standard_webhook import StandardWebhookDesk
from sglab.receivers.teams import TeamsDesk
from sglab.receivers.wecom import WeComDesk

DESKS: dict[str, type[Desk]] = {
    "wecom": WeComDesk,
    "dingtalk": DingTalkDesk,
    "feishu": FeishuDesk,
    "slack": SlackDesk,
    "teams": TeamsDesk,
    "webhook": StandardWebhookDesk,
}
"""By kind of channel."""

__all__ = [
    "DESKS",
    "ChatSite",
    "Desk",
    "DingTalkDesk",
    "FeishuDesk",
    "Post",
    "ReceiverServer",
    "Reply",
    "SlackDesk",
    "StandardWebhookDesk",
    "TeamsDesk",
    "WeComDesk",
]
