"""Joins guard and emulator: demo, replay, lab."""
