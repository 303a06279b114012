"""
Owns the answer to "may this happen now?": rules, bundles, decisions and the facts they read.

Public: `operations.decide`, `operations.publish`, `queries.decisions_about`.
Never permits without a ground, and never answers what it could not record.
"""
