"""
Owns what each subject permits: purposes, notices, the ledger of acts and its projection.

Public: `operations` (record_act, serve_notice, confirm …) and `queries` (states, history).
Never holds an identifier, and never edits or deletes an act.
"""
