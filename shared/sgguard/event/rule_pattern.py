"""The EventBridge pattern of every event that can change a verdict, made from the table of APIs.

The rule filters, not the function: a target is given 2,000 events a day by default
(https://www.tencentcloud.com/document/product/1108/46254).
"""

from __future__ import annotations

from typing import Final

from sgguard.event.apis import CHURN, EFFECTS, PRODUCTS, Effect

WITHOUT_EFFECT: Final[frozenset[Effect]] = frozenset({"deletion", "label", "new-template"})
"""Effects that leave every verdict as it is."""
_KINDS = ("ApiCall", "ConsoleCall", "MiniProgramCall")
"""https://www.tencentcloud.com/document/product/1108/46246."""


def rule_pattern() -> dict[str, object]:
    """All keys are to match, one member of each list (https://www.tencentcloud.com/document/product/1108/42289).

    Whether a call failed is not looked at: records spell success as 0, "0" and "".
    """
    return {
        "source": [f"{product}.cloud.tencent" for product in sorted(PRODUCTS)],
        "type": [{"suffix": f":CloudEvent:{kind}"} for kind in _KINDS],
        "data": {
            "eventName": sorted(
                api for api, effect in EFFECTS.items() if effect not in WITHOUT_EFFECT and api not in CHURN
            )
        },
    }
