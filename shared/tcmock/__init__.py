"""A Tencent Cloud that runs in a process: security groups, clusters and the audit records they leave."""
