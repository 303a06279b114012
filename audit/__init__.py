"""
Owns who acted and the evidence of it: service keys, the audit trail and its seals.

Public: `operations.record`, `operations.issue_key`, `operations.revoke_key`, `operations.seal`,
`queries.entries_about`, `queries.first_break`, `queries.caller`. Never holds an identifier.
"""
