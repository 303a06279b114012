"""
The company's systems that hold personal data, and what they are told to do for a right.

Each is declared in the file that VENIA_SYSTEMS names and driven through one protocol: over HTTP,
in its own database, or by a person at the desk. `errands` sends and settles, `queries` reads.
Nothing here decides whether something is to be done; it only sees to it that it is.
"""
