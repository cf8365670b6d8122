"""Entry of the sweep function: a timer, every covered group."""

import gc

gc.disable()  # as in functions/guard/index.py

from sgguard.entrance import handle_sweep  # noqa: E402 - between the two

gc.freeze()
gc.enable()


def main_handler(event: object, context: dict[str, object]) -> dict[str, object]:
    """What SCF calls: https://www.tencentcloud.com/document/product/583/9708 (timer trigger)."""
    return handle_sweep(event, context)
