"""Results as documents and as text."""
