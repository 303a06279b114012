"""
Owns every page that people and officers see; composes the other apps.

Owns no rule and no table of consent or policy.
"""
