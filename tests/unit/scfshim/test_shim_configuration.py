"""What a function finds around it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scfshim import Credentials, SettingError
from scfshim.configuration import Configuration, credential_variables


def configuration(folder: Path, **environment: str) -> Configuration:
    return Configuration(
        folder=folder,
        name="guard",
        handler="index.main_handler",
        memory_mb=128,
        timeout_ms=3000,
        init_timeout_ms=65_000,
        environment=environment,
        region="ap-guangzhou",
        app_id="1250000000",
        uin="100000000001",
        namespace="default",
    )


def test_variables(tmp_path: Path) -> None:
    variables = configuration(tmp_path, MODE="observe").variables([Path("/opt")])
    assert variables["PYTHONPATH"] == f"{tmp_path}:/opt"
    assert variables["USER_CODE_ROOT"] == f"{tmp_path}/"
    assert (variables["TENCENTCLOUD_RUNENV"], variables["PYTHONDONTWRITEBYTECODE"]) == ("SCF", "x")
    assert (variables["SCF_FUNCTIONNAME"], variables["MODE"]) == ("guard", "observe")


def test_context(tmp_path: Path) -> None:
    role = credential_variables(Credentials("AKID", "key", "token"))
    context = configuration(tmp_path, MODE="observe").context("req-1", role)
    assert json.loads(str(context.pop("environment"))) == {"SCF_NAMESPACE": "default", "MODE": "observe"}
    assert context == {
        "memory_limit_in_mb": 128,
        "time_limit_in_ms": 3000,
        "request_id": "req-1",
        "environ": "TENCENTCLOUD_SECRETID=AKID;TENCENTCLOUD_SECRETKEY=key;TENCENTCLOUD_SESSIONTOKEN=token;"
        "SCF_NAMESPACE=default;MODE=observe",
        "function_version": "$LATEST",
        "function_name": "guard",
        "namespace": "default",
        "tencentcloud_region": "ap-guangzhou",
        "tencentcloud_appid": "1250000000",
        "tencentcloud_uin": "100000000001",
    }


def test_no_role_no_credentials() -> None:
    assert credential_variables(None) == {}


@pytest.mark.parametrize("name", ["SCF_X", "QCLOUD_X", "TENCENTCLOUD_REGION"])
def test_reserved_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingError, match=f"{name} is reserved by SCF"):
        configuration(tmp_path, **{name: "x"})


def test_the_endpoint_may_be_set(tmp_path: Path) -> None:
    configuration(tmp_path, TENCENTCLOUD_ENDPOINT="http://127.0.0.1:1")


@pytest.mark.parametrize("name", ["1A", "A-B", "", "Ä", "_A"])
def test_names_that_scf_refuses(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingError, match="cannot name an environment variable"):
        configuration(tmp_path, **{name: "x"})


def test_the_environment_has_a_size(tmp_path: Path) -> None:
    configuration(tmp_path, A="x" * 4095)
    with pytest.raises(SettingError, match="4097 bytes"):
        configuration(tmp_path, A="x" * 4096)


def test_the_folder_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"no folder .*missing"):
        configuration(tmp_path / "missing")
