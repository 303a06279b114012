"""Control digits of the identifiers that have them. Each takes the number as it was written."""

from collections.abc import Callable
from typing import Final

from stdnum import iban, luhn
from stdnum.ar import cbu, cuit
from stdnum.br import cnpj, cpf
from stdnum.cl import rut as chilean_rut
from stdnum.co import nit
from stdnum.ec import ci
from stdnum.ec import ruc as ecuadorian_ruc
from stdnum.es import ccc, cif, dni, nie
from stdnum.mx import curp, rfc
from stdnum.pe import cui
from stdnum.pe import ruc as peruvian_ruc
from stdnum.us import ssn
from stdnum.uy import rut as uruguayan_rut

Check = Callable[[str], bool]

_CLABE_WEIGHTS: Final = (3, 7, 1)
_CI_WEIGHTS: Final = (2, 9, 8, 7, 6, 3, 4)


def compact(number: str) -> str:
    """Return the letters and digits of `number` in capitals."""
    return "".join(filter(str.isalnum, number)).upper()


def is_clabe(number: str) -> bool:
    """Tell whether the last of 18 digits is the control digit. Source: Banxico, CLABE 3-7-1."""
    digits = compact(number)
    if len(digits) != 18 or not digits.isdigit():
        return False
    total = sum(int(d) * _CLABE_WEIGHTS[i % 3] % 10 for i, d in enumerate(digits[:17]))
    return (10 - total % 10) % 10 == int(digits[17])


def is_uruguayan_ci(number: str) -> bool:
    """Tell whether 7 or 8 digits end in the control digit of a cédula de identidad."""
    digits = compact(number).zfill(8)
    if len(digits) != 8 or not digits.isdigit():
        return False
    total = sum(int(d) * w for d, w in zip(digits[:7], _CI_WEIGHTS, strict=True))
    return -total % 10 == int(digits[7])


def _rfc(number: str) -> bool:
    return bool(rfc.is_valid(number, validate_check_digits=True))


def _card(number: str) -> bool:
    digits = compact(number)
    return len(set(digits)) > 1 and bool(luhn.is_valid(digits))


def _compacted(check: Check) -> Check:
    return lambda number: bool(check(compact(number)))


CHECKS: Final[dict[str, Check]] = {
    "dni": _compacted(dni.is_valid),
    "nie": _compacted(nie.is_valid),
    "cif": _compacted(cif.is_valid),
    "ccc": _compacted(ccc.is_valid),
    "iban": _compacted(iban.is_valid),
    "cpf": _compacted(cpf.is_valid),
    "cnpj": _compacted(cnpj.is_valid),
    "curp": _compacted(curp.is_valid),
    "rfc": _rfc,
    "clabe": is_clabe,
    "cuit": _compacted(cuit.is_valid),
    "cbu": _compacted(cbu.is_valid),
    "nit": _compacted(nit.is_valid),
    "rut": _compacted(chilean_rut.is_valid),
    "cui": _compacted(cui.is_valid),
    "peruvian_ruc": _compacted(peruvian_ruc.is_valid),
    "ci": _compacted(ci.is_valid),
    "ecuadorian_ruc": _compacted(ecuadorian_ruc.is_valid),
    "uruguayan_ci": is_uruguayan_ci,
    "uruguayan_rut": _compacted(uruguayan_rut.is_valid),
    "ssn": _compacted(ssn.is_valid),
    "luhn": _card,
}
