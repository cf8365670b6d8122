"""Seeded histories of a guarded cloud: other people's edits, lost events, faults, crashes, several instances.

Everything runs in one thread and in virtual time, so that a seed is a history, and a history can be played
again. The guard is the real one, from the event that it is handed to the JSON of its writes; cloud, store and
channel are small models of their own that share no code with it. docs/reliability.md says what this does and
does not show.
"""
