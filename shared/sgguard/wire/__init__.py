"""Tencent Cloud's JSON and our values, both ways. The only place that spells ``CidrBlock``."""
