"""Cloud Access Management: roles, policies and keys, and what a role may do (version 2019-01-16)."""
