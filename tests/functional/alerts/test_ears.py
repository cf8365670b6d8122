"""The ears of the suite hear: what would be a leak is found wherever it is said."""

from __future__ import annotations

import base64
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
import structlog
from canaries import ENVIRONMENT, RECEIVERS, canary, ears

from scfshim.errors import CredentialsError
from sgguard import wiring
from sgguard.adapters.sqlite_store import SqliteStore
from sgguard.errors import GatherError
from sgguard.model.secret import Secret
from sgguard.state import Entry

LEAK = f"it is {canary('leak')}, you know"


def kept(text: str) -> None:
    store = SqliteStore(":memory:")
    store.put(Entry(kind="journal", key="1", kept_at=1.0, document=text.encode()))
    store.close()


def logged_below_the_level(text: str) -> None:
    wiring.configure_logging("error")
    structlog.get_logger().debug("api called", url=text)


def raised(text: str) -> None:
    with pytest.raises(ValueError, match="canary"):
        raise ValueError(text)


def printed_elsewhere(text: str) -> None:
    subprocess.run([sys.executable, "-c", f"print({text!r})"], check=True, capture_output=True, text=True)


@pytest.fixture(autouse=True)
def _restored() -> object:
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize(
    "say", [kept, logged_below_the_level, raised, printed_elsewhere, GatherError, CredentialsError]
)
def test_every_place(say: Callable[[str], object]) -> None:
    say(LEAK)
    assert ears.found
    ears.found.clear()


def test_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    sys.stdout.write(LEAK)
    capsys.readouterr()
    assert ears.found
    ears.found.clear()


@pytest.mark.parametrize("secret", [*ENVIRONMENT.values(), *RECEIVERS])
def test_every_secret_in_every_shape(secret: str) -> None:
    for shape in (secret, quote(secret, safe=""), base64.b64encode(f"key={secret};".encode()).decode()):
        ears.hear("here", shape)
        assert ears.found, shape
        ears.found.clear()


def test_a_secret_of_one_test() -> None:
    Secret("a-secret-of-this-test-only")
    ears.hear("here", "url=a-secret-of-this-test-only")
    assert ears.found
    ears.fresh()
    ears.hear("here", "url=a-secret-of-this-test-only")
    assert not ears.found


def test_a_test_in_which_one_sings_fails(tmp_path: Path) -> None:
    """In a suite of its own, for it has to fail: by what is printed, and by what is logged."""
    support = Path(__file__).parents[2] / "support"
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["canaries"]\n')
    (tmp_path / "test_it.py").write_text(
        "import logging, os\n"
        "def test_silent(): pass\n"
        "def test_printed(): print(os.environ['CHAT_KEY'])\n"
        "def test_logged(): logging.getLogger('any').debug(os.environ['SIEM_KEY'])\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        "/dev/null",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    ended = subprocess.run(
        [*command, "-o", f"pythonpath={support}"], check=False, capture_output=True, text=True, cwd=tmp_path
    )
    assert ended.returncode == 1
    assert "3 passed, 2 errors" in ended.stdout
    ears.found.clear()


def test_the_root_logger_hears_everything() -> None:
    assert logging.getLogger().level == logging.DEBUG
