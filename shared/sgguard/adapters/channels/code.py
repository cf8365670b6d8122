"""What vendors answer, in general: HTTP statuses, and codes in a body whose status says 200 all the same."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from sgguard.adapters.channels.vendor import Answer, Judgement
from sgguard.report.foreign import harmless

_RETRYABLE = {408, 425, 429}
"""Besides every status from 500 on."""
_LONGEST_WAIT = 86_400.0


class Meaning(msgspec.Struct, frozen=True):
    """What one code means: waiting helps (`retry_after`), or somebody has to act (`fix`)."""

    fix: str = ""
    retry_after: float | None = None
    about_form: bool = False

    def judged(self, why: str) -> Judgement:
        """What becomes of a message that was answered so."""
        return Judgement(
            status="dead" if self.fix else "retry",
            why=why,
            fix=self.fix,
            retry_after=self.retry_after,
            about_form=self.about_form,
        )


def judge_status(answer: Answer) -> Judgement:
    """By the HTTP status alone. A redirect is a failure: it is not followed."""
    status = answer.status
    why = f"HTTP {status}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Judgement(status="delivered", why=why)
    if status in _RETRYABLE or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Judgement(status="retry", why=why, retry_after=retry_after(answer))
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        why = f"{why}: redirects are not followed"
        return Judgement(status="dead", why=why, fix="Set the final URL.")
    if status == HTTPStatus.GONE:
        return Judgement(status="dead", why=why, fix="The receiver is gone for good: remove the channel.")
    fix = "Check the channel's URL: the receiver does not know it, or does not let this guard in."
    form = status in {400, 413, 415, 422}
    return Judgement(status="dead", why=why, fix=fix, about_form=form)


def judge_code(answer: Answer, fields: tuple[str, str], meanings: Mapping[int, Meaning]) -> Judgement:
    """By a code in the body: ``fields`` names the code's field and the text's. Only code 0 is success."""
    body = decoded(answer)
    code = body.get(fields[0])
    if not isinstance(code, int) or isinstance(code, bool):
        judged = judge_status(answer)
        if judged.status != "delivered":
            return judged
        # Whatever answers 200 without a code is not the vendor.
        return Judgement(status="retry", why=f"HTTP {answer.status} without {fields[0]} in the answer")
    said = harmless(str(body.get(fields[1], "")), 200)
    why = f"{fields[0]} {code}: {said}"
    if code == 0:
        if judge_status(answer).status != "delivered":
            return Judgement(status="retry", why=f"HTTP {answer.status} with {why}")
        return Judgement(status="delivered", why=why)
    meaning = meanings.get(code)
    if meaning is None:
        return Judgement(status="retry", why=f"{why} (a code that is not known)")
    return meaning.judged(why)


def decoded(answer: Answer) -> Mapping[str, object]:
    """The object in a body; empty if there is none."""
    try:
        body = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def retry_after(answer: Answer, header: str = "retry-after") -> float | None:
    """Seconds that a header tells to wait, at most a day; None where it is not there, or is a date."""
    text = answer.headers.get(header, "").strip()
    if not text.isascii() or not text.isdigit():
        return None
    return min(float(text[:9]), _LONGEST_WAIT)
