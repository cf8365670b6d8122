"""Carries a plan out."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from deploy.plan import Answer, Call, Plan, Step
from sgguard.deployment.management_api import Cloud
from sgguard.errors import GuardError

PATIENCE = 120
"""Seconds for a function to become Active."""
_FAILED = "Failed"
Answers = dict[tuple[str, str], Mapping[str, object]]


def carry_out(
    plan: Plan,
    cloud: Cloud,
    namespace: str,
    say: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Do what a plan says, in order.

    Raises GuardError at the first call that fails. It lists what was done, what failed and what was not
    begun; running again makes a new plan, which goes on from there.
    """
    done: list[Step] = []
    answers: Answers = {}
    for step in plan.pending:
        try:
            for call in step.calls:
                _make(call, step, cloud, namespace, answers, sleep)
        except GuardError as error:
            raise _half_way(plan, done, step, error) from error
        done.append(step)
        say(f"done: {step}")


def _make(
    call: Call, step: Step, cloud: Cloud, namespace: str, answers: Answers, sleep: Callable[[float], None]
) -> None:
    params = {
        name: answers[value.to, value.about][value.member] if isinstance(value, Answer) else value
        for name, value in call.params.items()
    }
    answers[call.action, step.name] = cloud.call(call.service, call.action, **params)
    if call.settles:
        _wait(cloud, call.settles, namespace, sleep)


def _wait(cloud: Cloud, function: str, namespace: str, sleep: Callable[[float], None]) -> None:
    """Until a function is Active, for in between it refuses changes
    (https://www.tencentcloud.com/document/product/583/18586)."""  # noqa: D209
    status = ""
    for waited in range(PATIENCE):
        settings = cloud.call("scf", "GetFunction", FunctionName=function, Namespace=namespace)
        status = str(settings.get("Status") or "")
        if status == "Active":
            return
        if status.endswith(_FAILED):
            reasons = settings.get("StatusReasons") or settings.get("StatusDesc") or "no reason given"
            raise GuardError(
                f"{function} is {status}: {reasons}",
                next_step="Look at it in the SCF console; beyond repair, delete it and deploy again.",
            )
        sleep(min(1.0, 0.1 * (waited + 1)))
    raise GuardError(
        f"{function} is still {status or 'without a status'} after a long wait.",
        next_step="Run the same command again; it goes on from here.",
    )


def _half_way(plan: Plan, done: list[Step], failed: Step, error: GuardError) -> GuardError:
    rest = plan.pending[len(done) + 1 :]
    lines = [f"{failed} failed: {error}"]
    lines += [f"  done:      {step}" for step in done]
    lines += [f"  failed:    {failed}"]
    lines += [f"  not begun: {step}" for step in rest]
    advice = error.next_step or "Correct the cause."
    again = "Then run the same command again: it goes on from here."
    return GuardError("\n".join(lines), next_step=f"{advice}\n{again}")
