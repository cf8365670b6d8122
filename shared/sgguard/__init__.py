"""A guard for the security groups of Tencent Kubernetes Engine (TKE) clusters."""
