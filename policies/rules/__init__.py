"""The rules, one small pure function each. A rule returns findings; silence lets it pass."""
