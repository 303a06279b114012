"""
Destruction: previewed, cooled off, blocked, erased everywhere, asked again, proved.

`operations` and `queries` are its door. `course` says which step follows which, `going_on` takes
it. Nothing is destroyed in Venia itself before every system has answered that nothing is left.
"""
