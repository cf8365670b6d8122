"""What can go wrong, as types."""

from __future__ import annotations


class APIError(Exception):
    """A call that Tencent Cloud answers with `Response.Error`; `code` and `message` go out as they are.

    Codes: the pages of the actions, for example https://www.tencentcloud.com/document/product/215/15807.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class TransportError(Exception):
    """The connection broke before an answer arrived; the caller cannot tell whether the call was executed."""


class StateError(ValueError):
    """A state document, or a call of the builder, that describes an impossible cloud.

    `path` names the place, for example ``accounts.100000000001.regions.ap-guangzhou.vpcs[0].CidrBlock``.
    """

    def __init__(self, path: str, what: str) -> None:
        super().__init__(f"{path}: {what}" if path else what)
        self.path = path
        self.what = what

    def under(self, path: str) -> StateError:
        """The same problem, seen from further outside."""
        inner = self.path if not self.path or self.path.startswith("[") else f".{self.path}"
        return StateError(f"{path}{inner}", self.what)


def not_emulated(what: str) -> APIError:
    """A real feature that tcmock leaves out: a silent default would teach a test something false."""
    return APIError("UnsupportedOperation", f"tcmock does not emulate {what}. See docs/emulator.md.")
