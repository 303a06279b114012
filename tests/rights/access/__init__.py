"""Packages: what is in them, how they come to be, and how they leave."""
