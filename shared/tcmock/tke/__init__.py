"""Tencent Kubernetes Engine: clusters and their nodes, read only (version 2018-05-25)."""
