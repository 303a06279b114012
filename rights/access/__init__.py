"""
A person's own copy of their data: what is in it, how it is made, fetched and destroyed.

`making` has every system asked and a worker write it, `fetching` hands it out after a second
proof, `destruction` ends it. Nothing of it ever lies in clear on a disk.
"""
