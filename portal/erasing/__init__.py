"""Erasures on the pages: what goes and what stays, at the desk and for the person it is about."""
