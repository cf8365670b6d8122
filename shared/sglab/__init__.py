"""Joins guard and emulator: demo, replay, lab. The only package that sees both."""
