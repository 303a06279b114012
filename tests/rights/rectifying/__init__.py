"""Corrections: stated, disputed, decided, applied, told on."""
