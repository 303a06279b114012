"""Dates and times in one language."""
