"""The check path's way to the statements that `audit.prepared` runs."""

from audit.prepared import Row, array, run, text

__all__ = ["Row", "array", "run", "text"]
