"""
Owns what leaves the vault in another's hands: pseudonyms, transformed profiles, guarded numbers.

Public: `pseudonyms.make`, `kernel.apply`, `kernel.transform`, `policy.policies`, `risk.measure`.
Never lets a field out that a field policy does not name.
"""
