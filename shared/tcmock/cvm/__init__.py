"""Cloud Virtual Machine: instances and their security groups (version 2017-03-12)."""
