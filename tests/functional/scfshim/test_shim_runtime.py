"""Real functions in real processes."""

from __future__ import annotations

import json
import os
import signal
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from scfshim import Credentials
from scfshim.runtime import FunctionRuntime

MakeFunction = Callable[..., FunctionRuntime]

OPEN_FILES = Path("/proc/self/fd")


@pytest.fixture
def function(tmp_path: Path) -> Iterator[MakeFunction]:
    """Makes a function of a source text; ends what it started."""
    made: list[FunctionRuntime] = []

    def make(source: str, **settings: Any) -> FunctionRuntime:
        (tmp_path / "index.py").write_text(textwrap.dedent(source), encoding="utf-8")
        ids = iter(f"req-{number}" for number in range(1, 1000))
        made.append(FunctionRuntime(tmp_path, name="guard", new_id=lambda: next(ids), **settings))
        return made[-1]

    yield make
    for runtime in made:
        runtime.close()


def test_a_result(function: MakeFunction) -> None:
    run = function("def main_handler(event, context): return {'got': event, 'é': [1.5, None]}").invoke(
        {"names": ["漢", True, None]}
    )
    assert (run.status_code, run.error, run.request_id) == (200, None, "req-1")
    assert run.result == {"got": {"names": ["漢", True, None]}, "é": [1.5, None]}


def test_an_instance_stays_warm(function: MakeFunction) -> None:
    runtime = function(
        """
        import os
        print("loading")
        calls = []
        def main_handler(event, context):
            calls.append(event)
            print("call", len(calls))
            return [os.getpid(), calls]
        """
    )
    first, second = runtime.invoke("a"), runtime.invoke("b")
    assert (first.cold, second.cold) == (True, False)
    assert second.result == [first.result[0], ["a", "b"]]  # type: ignore[index]
    assert [line for line in first.log if not line.startswith(("Init", "Report"))] == [
        "START RequestId:req-1",
        "loading",
        "call 1",
        f"Response RequestId:req-1 RetMsg:{json.dumps(first.result)}",
        "END RequestId:req-1",
    ]
    assert second.log[1] == "call 2"
    assert "Init" not in "".join(second.log)
    assert second.log[-1].startswith("Report RequestId:req-2 Duration:")


def test_closing_ends_the_process_and_the_next_invocation_is_cold(function: MakeFunction) -> None:
    runtime = function("import os\ndef main_handler(event, context): return os.getpid()")
    first = runtime.invoke({})
    runtime.close()
    runtime.close()
    with pytest.raises(ProcessLookupError):
        os.kill(first.result, 0)  # type: ignore[arg-type]
    with runtime:
        assert runtime.invoke({}).cold


def test_an_exception(function: MakeFunction) -> None:
    runtime = function(
        """
        def main_handler(event, context):
            print("before")
            raise ValueError("boom " + event)
        """
    )
    run = runtime.invoke("é")
    assert run.error == {
        "errorCode": -1,
        "errorMessage": "user code exception caught",
        "requestId": "req-1",
        "stackTrace": (
            "Traceback (most recent call last):\n"
            f'  File "{runtime.configuration.folder}/index.py", line 4, in main_handler\n'
            '    raise ValueError("boom " + event)\n'
            "ValueError: boom é\n"
        ),
        "statusCode": 430,
    }
    assert (run.status_code, run.result) == (430, None)
    assert run.log[2] == "before"
    assert run.log[3].startswith("ERROR RequestId:req-1 Result:{")
    assert not runtime.invoke("again").cold


@pytest.mark.parametrize("result", ["{1, 2}", "object()", "'\\ud800'", "{(1, 2): 3}"])
def test_a_result_that_is_no_json(function: MakeFunction, result: str) -> None:
    runtime = function(f"def main_handler(event, context): return {result}")
    run = runtime.invoke({})
    assert run.status_code == 430
    assert "Error: " in str(run.error)
    assert not runtime.invoke({}).cold


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("def main_handler(event, context) return", "SyntaxError: "),
        ("raise RuntimeError('no settings')", "RuntimeError: no settings"),
    ],
)
def test_a_module_that_cannot_be_loaded(function: MakeFunction, source: str, error: str) -> None:
    runtime = function(source)
    run = runtime.invoke({})
    assert (run.status_code, run.cold, run.duration_ms) == (430, True, 0)
    trace = run.error["stackTrace"]  # type: ignore[index]
    assert error in str(trace)
    assert "importlib" not in str(trace)
    assert runtime.invoke({}).cold


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        ("index.other", "HandlerNotFound: index.py has no other"),
        ("guard.main_handler", "HandlerNotFound: there is no guard.py"),
    ],
)
def test_no_such_handler(function: MakeFunction, handler: str, message: str) -> None:
    run = function("def main_handler(event, context): pass", handler=handler).invoke({})
    assert run.status_code == 437
    assert run.error["errorMessage"] == message  # type: ignore[index]


def test_the_time_limit_kills(function: MakeFunction, tmp_path: Path) -> None:
    runtime = function(
        """
        import os, subprocess, time
        def main_handler(event, context):
            if event:
                print("pid", os.getpid(), subprocess.Popen(["sleep", "60"]).pid)
                try:
                    while True: time.sleep(60)
                finally:
                    open("survived", "w")
        """,
        timeout_ms=300,
    )
    assert runtime.invoke(None).status_code == 200
    begun = time.monotonic()
    run = runtime.invoke("sleep")
    assert 0.3 <= time.monotonic() - begun < 2
    assert run.error == {
        "errorCode": -1,
        "errorMessage": "Invoking task timed out after 0.3 seconds",
        "requestId": "req-2",
        "statusCode": 433,
    }
    assert run.duration_ms >= 300
    for pid in run.log[1].split()[1:]:
        wait_for_the_end_of(int(pid))
    assert not (tmp_path / "survived").exists()
    assert runtime.invoke(None).cold


def wait_for_the_end_of(pid: int) -> None:
    """Of a process that was killed: gone, or a zombie whose parent does not care."""
    status = Path(f"/proc/{pid}/status")
    for _ in range(100):
        with suppress(OSError):
            if "State:\tZ" not in status.read_text(encoding="ascii"):
                time.sleep(0.01)
                continue
        return
    raise AssertionError(f"process {pid} is still running")


def test_loading_has_its_own_time_limit(function: MakeFunction) -> None:
    source = "import time\ntime.sleep(0.4)\ndef main_handler(event, context): return 'ok'"
    assert function(source, timeout_ms=200).invoke({}).result == "ok"
    run = function(source, init_timeout_ms=200).invoke({})
    assert run.status_code == 450
    assert "InitContainerTimeout" in str(run.error)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_the_memory_limit_kills(function: MakeFunction) -> None:
    runtime = function("def main_handler(event, context): return len(b'x' * event)", memory_mb=64)
    assert runtime.invoke(1_000_000).status_code == 200
    run = runtime.invoke(200_000_000)
    assert run.status_code == 434
    assert run.memory_used_mb > 64
    assert runtime.invoke(1).cold


@pytest.mark.parametrize(
    ("exit_", "code"),
    [
        ("sys.exit(3)", "3"),
        ("os._exit(4)", "4"),
        ("os.kill(os.getpid(), 11)", "-11"),
        ("os.system('sleep 9 &'); os._exit(5)", "5"),
        ("sys.exit(0)", "0"),
    ],
)
def test_a_process_that_exits(function: MakeFunction, exit_: str, code: str) -> None:
    runtime = function(f"import os, sys\ndef main_handler(event, context):\n  print('last')\n  {exit_}")
    run = runtime.invoke({})
    assert run.status_code == 439
    assert str(run.error["errorMessage"]).endswith(f"exit code {code}")  # type: ignore[index]
    assert run.log[2] == "last"
    assert runtime.invoke({}).cold


def test_a_warm_process_that_has_gone_meanwhile(function: MakeFunction) -> None:
    runtime = function("import os\ndef main_handler(event, context): return os.getpid()")
    pid = runtime.invoke({}).result
    os.kill(pid, 9)  # type: ignore[arg-type]
    assert runtime.invoke({"big": "x" * 1_000_000}).status_code == 439
    assert runtime.invoke({}).status_code == 200


def test_an_interrupted_invocation_does_not_answer_the_next(function: MakeFunction) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    runtime = function("import time\ndef main_handler(event, context): return time.sleep(event) or event")
    runtime.invoke(0)
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(KeyboardInterrupt):
            runtime.invoke(0.3)
    finally:
        signal.signal(signal.SIGALRM, before)
    run = runtime.invoke(0)
    assert (run.result, run.cold) == (0, True)


def test_an_event_that_is_too_large(function: MakeFunction) -> None:
    runtime = function("def main_handler(event, context): return len(event)")
    run = runtime.invoke("漢" * (2 * 1024 * 1024))
    assert (run.status_code, run.log, run.cold) == (406, (), False)
    fits = 6 * 1024 * 1024 - 2
    assert runtime.invoke("x" * fits).result == fits


def test_a_response_that_is_too_large(function: MakeFunction) -> None:
    runtime = function("def main_handler(event, context): return 'é' * event")
    half = 3 * 1024 * 1024
    run = runtime.invoke(half)
    assert (run.status_code, run.result) == (407, None)
    assert len(str(runtime.invoke(half - 1).result)) == half - 1


def test_much_output_blocks_nobody(function: MakeFunction) -> None:
    runtime = function(
        """
        import sys
        def main_handler(event, context):
            for number in range(20_000):
                print(number, "x" * 100)
            sys.stderr.write("no newline at the end")
        """
    )
    run = runtime.invoke({})
    assert run.status_code == 200
    assert len(run.log) == 20_000 + 6
    assert run.log[2].startswith("0 x")
    assert run.log[-4] == "no newline at the end"


def test_nothing_printed_disturbs_the_protocol(function: MakeFunction) -> None:
    runtime = function(
        r"""
        import os, sys
        def main_handler(event, context):
            print('{"status": 500}')
            sys.stdout.buffer.write(b"\xff\xfe\n")
            os.write(2, b'{"status": 200, "body": "1"}\n')
            return "mine"
        """
    )
    run = runtime.invoke({})
    assert run.result == "mine"
    assert run.log[2:5] == ('{"status": 500}', "\ufffd\ufffd", '{"status": 200, "body": "1"}')


def test_whatever_is_logged_reaches_the_log_as_on_scf(function: MakeFunction) -> None:
    run = function(
        """
        import logging
        def main_handler(event, context):
            logging.getLogger("library").debug("é %s", 1)
        """
    ).invoke({})
    assert run.log[2] == "é 1"


def test_only_the_documented_environment(function: MakeFunction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the parent")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    run = function(
        "import os\ndef main_handler(event, context): return dict(os.environ)",
        environment={"MODE": "observe"},
        region="ap-beijing",
        app_id="1250000001",
        uin="100000000002",
        namespace="prod",
    ).invoke({})
    environment = run.result
    assert isinstance(environment, dict)
    assert sorted(environment) == sorted(
        [
            *("HOME", "LANG", "LC_ALL", "LOGNAME", "MODE", "PATH", "PWD", "PYTHONDONTWRITEBYTECODE"),
            *(
                "PYTHONPATH",
                "SCF_FUNCTIONNAME",
                "SCF_FUNCTIONVERSION",
                "SCF_NAMESPACE",
                "SCF_RUNTIME",
                "SHELL",
            ),
            *("TENCENTCLOUD_APPID", "TENCENTCLOUD_REGION", "TENCENTCLOUD_RUNENV", "TENCENTCLOUD_TZ"),
            *("TENCENTCLOUD_UIN", "USER", "USER_CODE_ROOT", "_SCF_SERVER_PORT"),
        ]
    )
    assert environment["TENCENTCLOUD_REGION"] == "ap-beijing"
    assert environment["SCF_NAMESPACE"] == "prod"


def test_credentials_are_rewritten_on_every_invocation(function: MakeFunction) -> None:
    given = iter([Credentials("AKID1", "key1", "token1"), Credentials("AKID2", "key2", "token2")])
    runtime = function(
        """
        import os
        NAMES = ["TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN"]
        loaded = os.environ[NAMES[0]]
        def main_handler(event, context):
            return [loaded, *(os.environ[name] for name in NAMES), context["environ"]]
        """,
        credentials=lambda: next(given),
    )
    for number in (1, 2):
        keys = [f"AKID{number}", f"key{number}", f"token{number}"]
        environ = "TENCENTCLOUD_SECRETID={};TENCENTCLOUD_SECRETKEY={};TENCENTCLOUD_SESSIONTOKEN={};"
        expected = environ.format(*keys) + "SCF_NAMESPACE=default"
        assert runtime.invoke({}).result == ["AKID1", *keys, expected]


def test_the_context(function: MakeFunction) -> None:
    run = function("def main_handler(event, context): return context", timeout_ms=5000, memory_mb=256).invoke(
        {}
    )
    assert run.result == {
        "memory_limit_in_mb": 256,
        "time_limit_in_ms": 5000,
        "request_id": "req-1",
        "environment": '{"SCF_NAMESPACE":"default"}',
        "environ": "SCF_NAMESPACE=default",
        "function_version": "$LATEST",
        "function_name": "guard",
        "namespace": "default",
        "tencentcloud_region": "ap-guangzhou",
        "tencentcloud_appid": "1250000000",
        "tencentcloud_uin": "100000000001",
    }


def test_the_folder_comes_first_then_the_layers(
    function: MakeFunction, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    layer = tmp_path_factory.mktemp("opt")
    for folder, name, text in (
        (tmp_path, "mine", "folder"),
        (layer, "mine", "layer"),
        (layer, "theirs", "layer"),
    ):
        (folder / f"{name}.py").write_text(f"FROM = {text!r}", encoding="utf-8")
    run = function(
        """
        import os, sys, mine, theirs
        def main_handler(event, context):
            return [mine.FROM, theirs.FROM, os.getcwd(), sys.path[:2], "index" in sys.modules]
        """,
        paths=[layer],
    ).invoke({})
    assert run.result == ["folder", "layer", str(tmp_path), [str(tmp_path), str(layer)], False]
    assert not list(tmp_path.rglob("*.pyc"))


def test_the_shim_itself_is_not_on_the_path_by_way_of_its_bootstrap(function: MakeFunction) -> None:
    run = function("import sys\ndef main_handler(event, context): return sys.path").invoke({})
    assert not [path for path in run.result if path.endswith("scfshim")]  # type: ignore[attr-defined]


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="needs /proc")
def test_a_missing_interpreter_leaks_nothing(function: MakeFunction) -> None:
    runtime = function("def main_handler(event, context): pass", python=Path("/no/such/python"))
    before = len(list(OPEN_FILES.iterdir()))
    with pytest.raises(FileNotFoundError):
        runtime.invoke({})
    assert len(list(OPEN_FILES.iterdir())) == before


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="needs /proc")
def test_an_instance_that_ends_leaves_nothing_open(function: MakeFunction) -> None:
    runtime = function("import os\ndef main_handler(event, context): os._exit(1)")
    before = len(list(OPEN_FILES.iterdir()))
    assert runtime.invoke({}).status_code == 439
    assert len(list(OPEN_FILES.iterdir())) == before


def test_a_folder_can_be_read_only(function: MakeFunction, tmp_path: Path) -> None:
    """By its permissions, whoever runs the function."""
    runtime = function(
        """
        from pathlib import Path
        def main_handler(event, context):
            Path("new.txt").write_text("x")
        """
    )
    tmp_path.chmod(0o555)
    try:
        run = runtime.invoke({})
    finally:
        tmp_path.chmod(0o755)
    assert run.error
    assert "Permission denied: 'new.txt'" in str(run.error["stackTrace"])


def test_killed_from_outside(function: MakeFunction) -> None:
    """The invocation ends in an exited process; the next one starts anew."""
    runtime = function(
        """
        import time
        def main_handler(event, context):
            time.sleep(event)
        """
    )
    assert runtime.invoke(0).cold
    assert runtime.warm
    threading.Timer(0.05, runtime.kill).start()
    run = runtime.invoke(60)
    assert (run.status_code, runtime.warm) == (439, False)
    assert runtime.invoke(0).cold


def test_killed_before_it_began(function: MakeFunction) -> None:
    """Whoever kills an instance must not come too early."""
    runtime = function("def main_handler(event, context): pass")
    runtime.kill()
    assert runtime.invoke({}).status_code == 439
    assert runtime.invoke({}).status_code == 200


def test_versions_and_runtimes_have_names(function: MakeFunction) -> None:
    """As the function is told."""
    runtime = function(
        """
        import os
        def main_handler(event, context):
            return [os.environ["SCF_FUNCTIONVERSION"], os.environ["SCF_RUNTIME"], context["function_version"]]
        """,
        version="7",
        runtime="Python3.9",
    )
    assert runtime.invoke({}).result == ["7", "Python3.9", "7"]
