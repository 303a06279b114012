"""
Owns the requests of data subjects and their deadlines.

Public: `deadlines`, `deadline_query`. Never counts a day without a law pack that says so.
"""
