"""Where the keys that sign a call come from."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

import msgspec

from scfshim.errors import CredentialsError

SCF_VARIABLES = ("TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN")
"""What SCF gives a function with an execution role (https://www.tencentcloud.com/document/product/583/32748).
It rewrites them on every invocation, so they are read on every call."""

SDK_VARIABLES = ("TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN")
"""What the vendor's SDK and command line read elsewhere."""


class Credentials(msgspec.Struct, frozen=True):
    """A secret id, its key and, for temporary credentials, their token. Shown as a prefix of the id only."""

    secret_id: str
    secret_key: str
    token: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be put into a header."""
        for field in ("secret_id", "secret_key", "token"):
            value = getattr(self, field)
            if value.split() != [value] and (value or field != "token"):
                raise CredentialsError(f"{field} is empty or holds white space; copy it again")

    def __repr__(self) -> str:
        return f"Credentials({self.secret_id[:6]}…)"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return [("secret_id", f"{self.secret_id[:6]}…")]

    def get_credential_info(self) -> tuple[str, str, str]:
        """What the vendor's client asks its credential object for, each time it signs."""
        return self.secret_id, self.secret_key, self.token

    def hide_in(self, text: str) -> str:
        """`text` without the key and the token."""
        for secret in filter(None, (self.secret_key, self.token)):
            text = text.replace(secret, "…")
        return text


CredentialProvider = Callable[[], Credentials]
"""Asked before every attempt, so that credentials may change while a client lives."""


def environment_credentials(environ: Mapping[str, str] = os.environ) -> Credentials:
    """The credentials in the environment as it is now: SCF's variables, else the SDK's.

    Raises:
        CredentialsError: there are none, or a secret id without its key.
    """
    for id_name, key_name, token_name in (SCF_VARIABLES, SDK_VARIABLES):
        if secret_id := environ.get(id_name):
            if not environ.get(key_name):
                raise CredentialsError(f"{id_name} is set without {key_name}; set both")
            return Credentials(secret_id, environ[key_name], environ.get(token_name, ""))
    raise CredentialsError(
        f"no credentials: neither {SCF_VARIABLES[0]} nor {SDK_VARIABLES[0]} is set. "
        "On SCF give the function an execution role; elsewhere set the variables or pass Credentials"
    )
