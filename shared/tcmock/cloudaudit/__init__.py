"""CloudAudit: the records that writes leave."""
