"""
Owns the only place where an identifier meets a pseudonym: subjects, identifiers, secrets.

Public: `operations` (register, lock, block, shred) and `queries` (find, person, contact).
Never decides whether a use is allowed, and never lets a raw identifier leave but to its owner's
page.
"""
