"""The process that a function runs in, as SCF's Python bootstrap is. Standard library only.

    python bootstrap.py REQUESTS_FD REPLIES_FD HANDLER

Started in the function's folder by `scfshim.worker`, with that folder first on PYTHONPATH. Both descriptors
carry one JSON object a line, so nothing that the function prints can disturb them. The first reply tells
whether the handler was loaded; then every request is one invocation.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TextIO, TypedDict

Handler = Callable[[object, object], object]
Reply = dict[str, object]

# https://www.tencentcloud.com/document/product/583/35311
OK, USER_CODE_EXCEPTION, HANDLER_NOT_FOUND = 200, 430, 437
CAPABILITY_VERSION, DAC_CAPABILITIES = 0x20080522, 0b110  # linux/capability.h


class Request(TypedDict):
    """One invocation."""

    event: str
    """JSON text."""
    context: dict[str, object]
    variables: dict[str, str]
    """The credentials, by the names of their environment variables."""


class HandlerNotFoundError(Exception):
    """The file or the function that the handler names is not there."""


def main(requests_fd: int, replies_fd: int, handler: str) -> None:
    """Load the handler, then serve invocations until the other end closes."""
    for fd in (requests_fd, replies_fd):
        # Whatever the function starts must not hold them open
        os.set_inheritable(fd, False)  # noqa: FBT003 - takes it positionally only
    del sys.path[0]  # this file's folder, which the function could not import from on SCF
    give_up_root()
    log_to_stdout()
    with os.fdopen(requests_fd) as requests, os.fdopen(replies_fd, "w") as replies:
        reply, handle = load(handler)
        send(replies, reply)
        if handle:
            for line in requests:
                send(replies, invoke(handle, json.loads(line)))


def give_up_root() -> None:
    """Respect file permissions even as root: on SCF the function is another user, and its folder read-only.

    Only on Linux: drops CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH (capabilities(7)) from this process.
    """
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return
    import ctypes

    libc = ctypes.CDLL(None)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then the same for the upper half
    if libc.capget(header, sets) == 0:
        for position in range(3):
            sets[position] &= ~DAC_CAPABILITIES & 0xFFFFFFFF
        libc.capset(header, sets)


def log_to_stdout() -> None:
    """What SCF's bootstrap does: whatever any library logs, at any level, ends up in the function's log."""
    root = logging.getLogger()
    root.addHandler(logging.StreamHandler(sys.stdout))
    root.setLevel(logging.DEBUG)


def load(handler: str) -> tuple[Reply, Handler | None]:
    """Run the module that the handler names and find the function in it."""
    started = time.perf_counter()
    try:
        handle = find(handler)
    except HandlerNotFoundError as error:
        return {"status": HANDLER_NOT_FOUND, "message": f"HandlerNotFound: {error}"}, None
    except Exception as error:  # noqa: BLE001 - process edge: the module's failure is this process's answer
        return {"status": USER_CODE_EXCEPTION, "trace": trace(error)}, None
    return {"status": OK, "load_ms": (time.perf_counter() - started) * 1000}, handle


def find(handler: str) -> Handler:
    """``index.main_handler`` -> the function of that name in ``index.py``."""
    module_name, _, name = handler.rpartition(".")
    path = Path(f"{module_name}.py").absolute()
    # As SCF does it: a nameless module that sys.modules does not know
    spec = importlib.util.spec_from_file_location("", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise HandlerNotFoundError(f"there is no {path.name}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, name):
        raise HandlerNotFoundError(f"{path.name} has no {name}")
    handle: Handler = getattr(module, name)
    return handle


def invoke(handle: Handler, request: Request) -> Reply:
    """One invocation: credentials into the environment, event and context into the handler."""
    os.environ.update(request["variables"])
    try:
        result = handle(json.loads(request["event"]), request["context"])
        body = json.dumps(result, ensure_ascii=False)
        body.encode()  # a lone surrogate cannot be sent
    except Exception as error:  # noqa: BLE001 - process edge: what the handler lets through is its answer
        return {"status": USER_CODE_EXCEPTION, "trace": trace(error)}
    return {"status": OK, "body": body}


def trace(error: Exception) -> str:
    """The error's stack without the frames of this file and of the import machinery."""
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename.startswith((__file__, "<frozen importlib")):
        frames = frames.tb_next
    text = "".join(traceback.format_exception(type(error), error, frames))
    return text.encode(errors="backslashreplace").decode()


def send(replies: TextIO, reply: Reply) -> None:
    """One line, at once."""
    replies.write(json.dumps(reply) + "\n")
    replies.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
