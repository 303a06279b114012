"""
Owns the law as data: packs, stacks per country and day, calendars. Plain Python, no Django.

Public: `load.laws`, `stack.laws_in_force`, `calendars`, `zones.time_zones`.
"""
