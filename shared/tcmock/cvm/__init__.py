"""Cloud Virtual Machine: instances, read only (version 2017-03-12)."""
