"""Cloud Object Storage, over its own XML API: as much of it as a store of small documents needs."""
