"""Security groups, machines, clusters and networks, read and written through the Tencent Cloud API."""
