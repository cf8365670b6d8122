"""EventBridge: the envelope in which it hands on audit records."""

from tcmock.eventbridge.cloud_event import envelope

__all__ = ["envelope"]
