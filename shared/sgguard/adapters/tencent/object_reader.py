"""Reads the files that CloudAudit's tracking sets write to COS.

The vendor's client is imported when a file is read, and not before: it is the extra ``sgguard[cos]``.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from importlib.util import find_spec
from urllib.parse import urlsplit

from scfshim import Credentials, ShimError, environment_credentials
from sgguard.errors import GatherError
from sgguard.event import StoredObject

_TIMEOUT = (3.0, 10.0)
"""Seconds to connect, and between two pieces of an answer."""
MOST_BYTES = 64 * 1024 * 1024


def read_object(
    where: StoredObject, credentials: Callable[[], Credentials] = environment_credentials
) -> bytes:
    """A file as it is, packed or not. Raises GatherError."""
    what = f"{where.key} in {where.bucket} could not be read"
    if find_spec("qcloud_cos") is None:
        raise GatherError(
            f"{what}: the vendor's COS client is not installed.", next_step="Install sgguard[cos]."
        )
    from qcloud_cos import CosClientError, CosConfig, CosS3Client, CosServiceError

    # It logs every failure with its traceback, and at DEBUG its headers; the caller hears of failures.
    logging.getLogger("qcloud_cos").setLevel(logging.CRITICAL)
    there = urlsplit(os.environ.get("TENCENTCLOUD_ENDPOINT", ""))
    try:
        keys = credentials()
        config = CosConfig(
            Region=where.region,
            SecretId=keys.secret_id,
            SecretKey=keys.secret_key,
            Token=keys.token or None,
            Scheme=there.scheme or "https",
            IP=there.hostname,
            Port=there.port,
            Timeout=_TIMEOUT,
        )
        answer = CosS3Client(config, retry=2).get_object(Bucket=where.bucket, Key=where.key)
        data: bytes = answer["Body"].get_raw_stream().read(MOST_BYTES + 1)
    except ShimError as error:
        raise GatherError(f"{what}: {error}.") from error
    except CosServiceError as error:
        code = str(error.get_error_code())
        raise GatherError(
            f"{what}: {code} ({error.get_status_code()}).",
            next_step="Allow cos:GetObject for the bucket of the tracking set.",
            retryable=error.get_status_code() >= 500,  # noqa: PLR2004 (a server error)
        ) from error
    except CosClientError as error:
        # Its text may hold a signed URL.
        raise GatherError(f"{what}: no answer from COS.", retryable=True) from error
    if len(data) > MOST_BYTES:
        raise GatherError(f"{what}: it has more than {MOST_BYTES} bytes.")
    return data
