"""pytest fixtures of the emulator."""
