"""`sgguard lab`: a cloud on a port that looks like production, guarded, and told about as it happens."""
