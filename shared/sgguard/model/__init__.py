"""Frozen value types that the stages hand to each other. No I/O; a value knows only itself."""
