"""All checks, in the order in which they build on each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sgguard.deployment import current
from sgguard.deployment.checkup import configuration, identity, permission, snapshot, store, trigger
from sgguard.deployment.checkup.line import Line, problem, unknown
from sgguard.deployment.checkup.patient import Patient
from sgguard.deployment.management_api import Cloud, CloudError
from sgguard.deployment.policies import BY_TIMER, permissions

Check = Callable[[Patient], Iterator[Line]]
_EACH: Sequence[Check] = (
    configuration.configuration,
    configuration.variables,
    configuration.errors,
    configuration.dead_letter,
    permission.role,
    permission.calls,
    store.store,
    store.channels,
)
_EVENTS: Sequence[Check] = (trigger.events, trigger.delivery)


def check_up(
    cloud: Cloud, *, prefix: str, region: str, namespace: str, now: Callable[[], float]
) -> Iterator[Line]:
    """Every line about every function of a deployment. Nothing is changed, and no check stops the others."""
    yield from identity.clock(now)
    for line in identity.credentials(cloud):
        yield line
        if line.check == identity.CHECK and line.status != "ok":
            return
    account = current.account(cloud)
    for key in permissions():
        patient = _patient(cloud, account=account, prefix=prefix, region=region, namespace=namespace, key=key)
        if patient is None:
            fix = "Deploy it, or name service and stage: sgguard doctor --service … --stage …"
            yield problem("function", f"There is no function {prefix}-{key} in {region}.", fix)
            continue
        more = (trigger.timers,) if key in BY_TIMER else _EVENTS
        for check in (*_EACH, *more):
            yield from _guarded(check, patient)
    yield from _guarded_snapshot(cloud)


def _patient(
    cloud: Cloud, *, account: str, prefix: str, region: str, namespace: str, key: str
) -> Patient | None:
    settings = current.function(cloud, f"{prefix}-{key}", namespace)
    if settings is None:
        return None
    return Patient(
        cloud=cloud,
        account=account,
        region=region,
        prefix=prefix,
        key=key,
        namespace=namespace,
        settings=settings,
        variables=current.variables(settings),
    )


def _guarded(check: Check, patient: Patient) -> Iterator[Line]:
    try:
        yield from check(patient)
    except CloudError as error:
        yield _undecided(check.__name__.replace("_", " "), error)


def _guarded_snapshot(cloud: Cloud) -> Iterator[Line]:
    try:
        yield from snapshot.snapshot_policy(cloud)
    except CloudError as error:
        yield _undecided(snapshot.CHECK, error)


def _undecided(check: str, error: CloudError) -> Line:
    return unknown(
        check, str(error), error.next_step or "Run it again; if it stays, check by hand in the console."
    )
