"""What tke answers again and again."""

from __future__ import annotations

from tcmock.errors import APIError

BAD_PARAMETER = "InvalidParameter.Param"


def cluster_not_found(cluster_id: str) -> APIError:
    """A cluster that the region has not."""
    return APIError("InvalidParameter.ClusterNotFound", f"The cluster `{cluster_id}` does not exist.")
