"""A Teams workflow that posts the card it is sent.

https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
"""

from __future__ import annotations

from sglab.receivers.desk import Desk, Post, Reply, inside, json_reply

SIGNATURE = "abcDEFghiJKLmnoPQRstuVWXyz0123456789-_abcde"
_LARGEST = 28 * 1024
_EXPANSION = 1.2
"""What the service makes of a card is about so much larger: 24453 bytes were counted as 28897."""
_ELEMENTS = {"TextBlock", "RichTextBlock", "FactSet", "Container", "ColumnSet", "ActionSet"}
_STATUSES = {
    "DirectApiAuthorizationRequired": 401,
    "AuthorizationFailed": 403,
    "WorkflowNotFound": 404,
    "WorkflowTriggerIsNotEnabled": 400,
    "TriggerInputSchemaMismatch": 400,
}


class TeamsDesk(Desk):
    """HTTP 202 says that the flow has begun."""

    path = f"/workflows/0123456789abcdef/triggers/manual/paths/invoke?api-version=2016-06-01&sig={SIGNATURE}"
    rates = ((4, 1.0),)

    def error(self, code: int | str) -> Reply:
        """A code of the service, ``429``, ``413``, or ``200`` as the retired connectors failed."""
        if str(code) == "200":
            why = b"Microsoft Teams endpoint returned HTTP error 413"
            return Reply(status=200, body=b"Webhook message delivery failed with error: " + why)
        if str(code).isdigit():
            return Reply(status=int(code), headers={"Retry-After": "12"} if str(code) == "429" else {})
        return json_reply({"error": {"code": code, "message": "…"}}, _STATUSES[str(code)])

    def thanks(self) -> Reply:
        """Accepted."""
        return Reply(status=202)

    def check(self, post: Post, at: float) -> Reply | None:
        """URL, rate, size after expansion, form."""
        if post.asked("sig") != SIGNATURE:
            return self.error("DirectApiAuthorizationRequired")
        if self.too_fast(at):
            return self.error(429)
        if len(post.body) * _EXPANSION > _LARGEST:
            return self.error(413)
        return None if _is_card(post.document()) else self.error("TriggerInputSchemaMismatch")


def _is_card(document: dict[str, object]) -> bool:
    attachment = inside(document, "attachments", 0)
    card = inside(attachment, "content")
    elements = inside(card, "body")
    if document.get("type") != "message" or not isinstance(elements, list) or not elements:
        return False
    kind = inside(attachment, "contentType")
    known = all(inside(one, "type") in _ELEMENTS for one in elements)
    return (
        kind == "application/vnd.microsoft.card.adaptive" and inside(card, "type") == "AdaptiveCard" and known
    )
