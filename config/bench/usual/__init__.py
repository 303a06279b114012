"""How such a check is usually written: REST framework, ORM, a token, the default middleware."""
