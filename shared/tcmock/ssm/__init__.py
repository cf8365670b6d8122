"""Secrets Manager: secrets of state documents, read only (version 2019-09-23)."""
