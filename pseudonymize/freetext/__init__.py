"""
Free text without the people in it: find personal data in notes and transcripts, and replace it.

Public: `engine.analyse`, `engine.redact`, `engine.redact_many`, `why.explain`, and the measures of
`evaluation`. Pure: no Django, no network, no clock but the time limit. Presidio is imported by
`engine` on first use and nowhere else, so a process that never redacts never pays for it.

Best effort: the result is de-identified, not anonymous. See docs/free-text.md.
"""
