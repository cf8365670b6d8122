"""A guard for the security groups of Tencent Kubernetes Engine (TKE) clusters."""

__version__ = "0.1.0"
