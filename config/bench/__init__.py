"""
What a policy check costs, beside what else one could have: `make bench`.

Compare ratios within one run and CPU time per request; wall-clock figures belong to the machine.
"""
