"""Entry of the guard function: a CloudAudit change, delivered by EventBridge."""

from sgguard.entrance import handle_event


def main_handler(event: object, context: dict[str, object]) -> dict[str, object]:
    """What SCF calls: https://www.tencentcloud.com/document/product/583/40324."""
    return handle_event(event, context)
