"""Exact set algebra on traffic: what ordered rows let through, and how that differs from any other set."""
