"""Tencent Kubernetes Engine: clusters, nodes and node pools (versions 2018-05-25 and 2022-05-01)."""
