"""How dates and times are written, per language, where Django's own way reads foreign."""
