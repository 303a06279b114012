"""Homes without a street: lots, blocks and towers, alone or in a settlement with a name."""

from typing import Final

import regex

#: What a named settlement is called, before its lots and towers.
_SETTLEMENT: Final = (
    r"(?:barrio|bo|villa|urb|urbanizacion|country|condominio|residencial|conjunto|loteamento|bairro"
    r"|fracc|fraccionamiento|parcelacion|ciudadela|etapa)"
)


def block(name: str, details: str) -> "regex.Pattern[str]":
    """Return the form of a lot, block or tower: "Manzana 16 casa 7", "Barrio Pinos, lote 29"."""
    inside = (
        r"(?:[,\s]+(?:bloco|bl|conjunto|conj|cj)\.?\s[a-z]\b|[,\s]+(?:bloco|bl|conjunto|conj|casa|lote|lt|apto|apt|ap|manzana|mz|torre|depto|dpto|piso|villa|grupo)"
        r"\.?\s*#?\d{1,4}[a-z]?\b|[,\s]+(?:bloco|bl|torre)\.?\s[a-z]\b)"
    )
    named = rf"(?:{name}\s+){{0,2}}{name},?\s+"
    settled = (
        rf"(?<!\w){_SETTLEMENT}\.?\s+{named}"
        rf"(?:lote|lt|manzana|mz|mza|casa|torre|bloque|bloco|quadra|qd|uf)\.?\s*(?:\d{{1,4}}[a-z]?|[a-z])\b{inside}{{0,4}}"
    )
    return regex.compile(
        rf"(?:{settled}|(?<!\w)(?:(?:barrio|bo|villa|urb)\.?\s+{named})?"
        r"(?:sq[ns]w?|cl[ns]|shi[ns]|qn[a-z]|qs[a-z]?|scs|quadra|qd|mz|mza|manzana|smza|sm"
        r"|supermanzana|torre|sector|bloque|lote|casa|monobloc?k|monobloque)\.?\s*\w{1,4}(?:\s(?:sul|norte))?"
        rf"{inside}{{1,4}})" + details
    )
