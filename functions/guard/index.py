"""Entry of the guard function: a CloudAudit change, delivered by EventBridge."""

import gc

gc.disable()  # what is imported is no garbage: looking for some is a tenth of a cold start

from sgguard.entrance import handle_event  # noqa: E402 - between the two

gc.freeze()
gc.enable()


def main_handler(event: object, context: dict[str, object]) -> dict[str, object]:
    """What SCF calls: https://www.tencentcloud.com/document/product/583/40324."""
    return handle_event(event, context)
