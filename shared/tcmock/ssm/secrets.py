"""Secrets by name and version."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tcmock.errors import APIError
from tcmock.invocation import Answer, Invocation
from tcmock.region import Region
from tcmock.structure import Fields, check_unique, converted


class Secret(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """A secret with the values of its versions."""

    secret_name: str
    versions: Mapping[str, str]
    """Text by version."""
    binary: bool = False
    """Whether the texts are base64, and answered as `SecretBinary`."""

    def __repr__(self) -> str:
        return f"Secret({self.secret_name}, {len(self.versions)} versions)"


class SsmState(msgspec.Struct):
    """Secrets by name."""

    secrets: dict[str, Secret] = {}


def get_value(call: Invocation) -> Answer:
    """The value of one version (https://cloud.tencent.com/document/api/1140/40525)."""
    name, version = call.params.text("SecretName"), call.params.text("VersionId")
    secret = call.region[SsmState].secrets.get(name)
    if secret is None or version not in secret.versions:
        what = f"version `{version}` of the secret `{name}`" if secret else f"secret `{name}`"
        raise APIError("ResourceNotFound.SecretNotExist", f"The {what} does not exist.")
    value = secret.versions[version]
    return {
        "SecretName": name,
        "VersionId": version,
        "SecretBinary": value if secret.binary else "",
        "SecretString": "" if secret.binary else value,
    }


def add(region: Region, fields: Fields) -> str:
    """A secret; needs `SecretName` and `Versions`."""
    secret, known = converted(fields, Secret), region[SsmState].secrets
    check_unique("SecretName", secret.secret_name, known)
    known[secret.secret_name] = secret
    return secret.secret_name


def dump(region: Region) -> list[object]:
    """The entries that load as the secrets."""
    return [msgspec.to_builtins(secret) for secret in region[SsmState].secrets.values()]
