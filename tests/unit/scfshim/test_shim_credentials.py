"""Where keys come from, and that nothing shows them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from scfshim import Credentials, CredentialsError, environment_credentials

SCF = {
    "TENCENTCLOUD_SECRETID": "AKIDscf",
    "TENCENTCLOUD_SECRETKEY": "scf-key",
    "TENCENTCLOUD_SESSIONTOKEN": "scf-token",
}
SDK = {
    "TENCENTCLOUD_SECRET_ID": "AKIDsdk",
    "TENCENTCLOUD_SECRET_KEY": "sdk-key",
    "TENCENTCLOUD_TOKEN": "sdk-token",
}


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        (SCF, Credentials("AKIDscf", "scf-key", "scf-token")),
        (SDK, Credentials("AKIDsdk", "sdk-key", "sdk-token")),
        ({**SDK, **SCF}, Credentials("AKIDscf", "scf-key", "scf-token")),
        ({**SDK, "TENCENTCLOUD_TOKEN": ""}, Credentials("AKIDsdk", "sdk-key")),
        ({**SDK, "TENCENTCLOUD_SECRETID": ""}, Credentials("AKIDsdk", "sdk-key", "sdk-token")),
    ],
)
def test_environment(environ: Mapping[str, str], expected: Credentials) -> None:
    assert environment_credentials(environ) == expected


def test_environment_is_read_now(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SCF.items():
        monkeypatch.setenv(name, value)
    assert environment_credentials().secret_key == "scf-key"
    monkeypatch.setenv("TENCENTCLOUD_SECRETKEY", "rotated")
    assert environment_credentials().secret_key == "rotated"


def test_no_credentials_says_what_to_set() -> None:
    with pytest.raises(CredentialsError, match=r"_SECRETID nor TENCENTCLOUD_SECRET_ID .* execution role"):
        environment_credentials({})


def test_id_without_key_names_the_missing_variable() -> None:
    with pytest.raises(CredentialsError, match="TENCENTCLOUD_SECRETID is set without TENCENTCLOUD_SECRETKEY"):
        environment_credentials({"TENCENTCLOUD_SECRETID": "AKIDscf"})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (("", "key", ""), "secret_id"),
        (("AKID", " key", ""), "secret_key"),
        (("AKID", "key", "tok\nen"), "token"),
    ],
)
def test_malformed_values_are_refused_without_showing_them(values: tuple[str, str, str], field: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        Credentials(*values)
    assert str(caught.value) == f"{field} is empty or holds white space; copy it again"


def test_nothing_shows_more_than_a_prefix_of_the_id() -> None:
    credentials = Credentials("AKID1234567890", "the-key", "the-token")
    assert repr(credentials) == f"{credentials}" == "Credentials(AKID12…)"
    assert credentials.__rich_repr__() == [("secret_id", "AKID12…")]


def test_hide_in() -> None:
    credentials = Credentials("AKID", "the-key", "the-token")
    assert credentials.hide_in("AKID the-key, the-token") == "AKID …, …"
    assert Credentials("AKID", "the-key").hide_in("no secret") == "no secret"
