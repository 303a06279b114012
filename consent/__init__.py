"""
Owns what each subject permits: purposes and notices, the ledger of acts, and what stands.

Public: `operations.record_act` and its kin, `queries.permission`, `queries.purposes`, and the views
`consent_standing`, `consent_person`, `consent_circumstance_now`, `consent_spend`, `consent_offer`
for a policy check's one read. Never holds an identifier, never decides whether an act suffices.
"""
