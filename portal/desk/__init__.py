"""The desk of the privacy office: officers act, agents help, auditors look and change nothing."""
