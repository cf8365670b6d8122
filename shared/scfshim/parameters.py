"""Parameters against the spec, before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scfshim.spec import Members, Service, nearest

SCALARS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
}


def problems(service: Service, action: str, parameters: Mapping[str, object]) -> list[str]:
    """Everything that is wrong with an action's parameters: unknown, missing or of another type.

    Nested objects are checked too. One sentence a problem, each with the path, for example
    ``SecurityGroupPolicySet.Ingress[0].Prot is unknown. Nearest: Protocol``.
    """
    return list(_object_problems(service, service.actions[action].input, parameters, ""))


def _object_problems(
    service: Service, members: Members, value: Mapping[str, object], prefix: str
) -> Iterator[str]:
    for name in value:
        if name not in members:
            yield f"{prefix}{name} is unknown. {nearest(name, members)}"
    for name, kind in members.items():
        if name in value:
            yield from _value_problems(service, kind.rstrip("!"), value[name], prefix + name)
        elif kind.endswith("!"):
            yield f"{prefix}{name} is missing: it must be {_described(kind.rstrip('!'))}"


def _value_problems(service: Service, kind: str, value: object, path: str) -> Iterator[str]:
    if kind.startswith("[") and isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _value_problems(service, kind[1:-1], item, f"{path}[{index}]")
    elif kind in service.objects and isinstance(value, dict):
        yield from _object_problems(service, service.objects[kind], value, f"{path}.")
    elif not _is_scalar(kind, value):
        yield f"{path} must be {_described(kind)}, not {type(value).__name__}"


def _is_scalar(kind: str, value: object) -> bool:
    # Python's True is an int, the API's is not
    return isinstance(value, SCALARS.get(kind, ())) and isinstance(value, bool) == (kind == "bool")


def _described(kind: str) -> str:
    if kind.startswith("["):
        return f"a list, each item {_described(kind[1:-1])}"
    return f"of type {kind}" if kind in SCALARS else f"an object ({kind})"
