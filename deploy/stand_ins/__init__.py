"""Modules that take the place of packages that a zip cannot have."""
