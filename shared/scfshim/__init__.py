"""A boto-style shim for the Tencent Cloud API and the SCF runtime."""
