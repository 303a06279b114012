"""How far the company's systems are with a right, for the desk and for the person's own page."""
