"""The kinds of numbers that a state or a bank gives: their forms, checks and labels. Data."""

from dataclasses import dataclass, field
from typing import Final

import regex

from pseudonymize.freetext.labels import BANK, IDENTITY

#: A number is not a part of a longer code: REF-12345678Z holds no NIF.
_ALONE: Final = r"(?<![\w@+])(?<![\w][-/.,#_])(?:{})(?![\w@])(?![-/._][\w])"


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One kind of number. `countries` empty: it is looked for everywhere. `unmistakable`: a right
    control digit is enough; otherwise the number also needs a label. `generic`: a word such as
    "documento" is label enough at home. `opens` says what it begins with: six or more digits with
    a separator between two of them at most, up to four letters and a digit behind them, the same
    with "&" for a letter, a code that begins with either letters or digits, or else.
    """

    type: str
    pattern: "regex.Pattern[str]"
    check: str | None
    labels: frozenset[str]
    countries: frozenset[str] = frozenset()
    unmistakable: bool = True
    generic: bool = True
    opens: str = "digits"
    wanted: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Work out all words that name such a number, its own and the general ones."""
        wanted = self.labels | IDENTITY if self.generic else self.labels
        object.__setattr__(self, "wanted", wanted)

    @property
    def home(self) -> str:
        """The country in the name of the type, empty for types of no country."""
        return self.type[:2] if self.type[2:3] == "_" else ""


def _kind(type_: str, pattern: str, check: str | None, labels: str, **more: str | bool) -> Kind:
    countries = frozenset(str(more.get("countries", "")).split())
    generic = bool(more.get("generic", True))
    return Kind(
        type_,
        regex.compile(_ALONE.format(pattern)),
        check,
        frozenset(labels.split()),
        countries,
        bool(more.get("unmistakable", True)),
        generic,
        str(more.get("opens", "digits")),
    )


_BANK_WORDS: Final = " ".join(BANK)
_TAX: Final = "nif dni cif fiscal"

#: XAXX010101000 and XEXX010101000 are nobody's: the general public, and any foreigner.
KINDS: Final = (
    _kind(
        "ES_NIE",
        r"[xyz][ -]?\d[\d.]{6,9}[ -]?[a-z]",
        "nie",
        "nie nif dni extranjero tie",
        opens="letters",
    ),
    _kind("ES_NIF", r"\d{1,2}\.?\d{3}\.?\d{3}[ -]{0,3}[a-hj-np-tv-z]", "dni", _TAX),
    _kind(
        "ES_CIF",
        r"(?<!\bc\.? ?)[abcdefghjnpqrsuvw][ -]?\d{2}\.?\d{3}\.?\d{2}[ -]?[\da-j]",
        "cif",
        _TAX,
        opens="letters",
    ),
    _kind(
        "MX_CURP",
        r"[a-z]{4}[ -]?\d{6}[ -]?[hmx][a-z]{5}[ -]?[a-z\d]\d",
        "curp",
        "curp clave",
        opens="letters",
    ),
    _kind(
        "MX_RFC",
        r"(?!x[ae]xx010101000)[a-zñ&]{3,4}[ -]?\d{2}(?:0\d|1[0-2])[0-3]\d[ -]?[a-z\d]{2}[\da]",
        "rfc",
        "rfc fiscal",
        opens="signs",
    ),
    _kind(
        "IBAN_CODE",
        r"[a-z]{2}\d{2}(?:[ -]?[a-z\d]{4}){2,7}(?:[ -]?[a-z\d]{1,3})?(?![a-z\d])",
        "iban",
        _BANK_WORDS,
        opens="letters",
    ),
    _kind("BANK_ACCOUNT", r"\d{22}|\d{8}[ -]\d{14}", "cbu", _BANK_WORDS),
    _kind(
        "BANK_ACCOUNT",
        r"\d{18}|\d{3}[ -]\d{3}[ -]\d{11}[ -]\d|\d{4}(?:([ .-])\d{4})(?:\1\d{4}){2}\1\d{2}"
        r"|\d{3}(?:[ -]\d{3}){5}",
        "clabe",
        _BANK_WORDS,
        countries="MX",
    ),
    _kind("BANK_ACCOUNT", r"\d{4}[ -]?\d{4}[ -]?\d{2}[ -]?\d{10}", "ccc", _BANK_WORDS),
    _kind(
        "CREDIT_CARD",
        r"[3-6]\d{3}([ .-]?)\d{4}\1\d{4}\1\d{3,4}|2[2-7]\d{2}([ .-]?)\d{4}\2\d{4}\2\d{4}"
        r"|3[4-9]\d{2}([ .-]?)\d{6}\3\d{4,5}",
        "luhn",
        "tarjeta tarjetas visa mastercard amex master credito debito tc td plastico cartao card"
        " cartoes credit debit elo",
    ),
    _kind("BR_CPF", r"\d{3}\.\d{3}\.\d{3}[- ]\d{2}", "cpf", "cpf pix"),
    _kind(
        "BR_CPF",
        r"\d{9}[-/ ]?\d{2}|\d{3}([ ./-])\d{3}\1\d{3}[ ./-]{1,3}\d{2}",
        "cpf",
        "cpf pix",
        unmistakable=False,
    ),
    _kind(
        "BR_CNPJ",
        r"[a-z\d]{2}\.[a-z\d]{3}\.[a-z\d]{3}[/ ][a-z\d]{4}[- ]\d{2}",
        "cnpj",
        "cnpj pix",
        opens="else",
    ),
    _kind(
        "BR_CNPJ",
        r"(?=[a-z]*\d)[a-z\d]{8}[/ ]?[a-z\d]{4}[- ]?\d{2}",
        "cnpj",
        "cnpj pix",
        unmistakable=False,
        opens="codes",
    ),
    _kind(
        "AR_CUIT", r"(?:2[0347]|3[034])[ ./-]\d{2}[. ]?\d{3}[. ]?\d{3}[ ./-]\d", "cuit", "cuit cuil"
    ),
    _kind("AR_CUIT", r"(?:2[0347]|3[034])\d{9}", "cuit", "cuit cuil", unmistakable=False),
    _kind("CO_NIT", r"\d{3}\.\d{3}\.\d{3} ?- ?\d", "nit", "nit rut", generic=False),
    _kind("CO_NIT", r"\d{9} ?-? ?\d", "nit", "nit", unmistakable=False, generic=False),
    _kind("CL_RUT", r"\d{1,2}\.\d{3}\.\d{3} ?- ?[\dk]", "rut", "rut run rol"),
    _kind("CL_RUT", r"\d{7,8} ?-? ?[\dk]", "rut", "rut run rol", unmistakable=False),
    _kind(
        "PE_RUC", r"(?:10|15|17|20)\d{9}", "peruvian_ruc", "ruc", unmistakable=False, generic=False
    ),
    _kind("PE_DNI", r"\d{8}[ -]?[\da-k]", "cui", "dni", countries="PE", unmistakable=False),
    _kind("EC_RUC", r"\d{10}00\d", "ecuadorian_ruc", "ruc", unmistakable=False, generic=False),
    _kind("EC_CI", r"\d{9}-?\d", "ci", "ci", countries="EC", unmistakable=False),
    _kind("UY_CI", r"\d\.\d{3}\.\d{3}-\d", "uruguayan_ci", "ci cedula"),
    _kind("UY_CI", r"\d{6,7}-?\d", "uruguayan_ci", "ci", countries="UY", unmistakable=False),
    _kind("UY_RUT", r"\d{12}", "uruguayan_rut", "rut", countries="UY", unmistakable=False),
    _kind(
        "US_SSN", r"\d{3}([-.])\d{2}\1\d{4}", None, "ssn social security ss itin tin taxpayer taxid"
    ),
    _kind(
        "US_SSN", r"\d{9}|\d{3} \d{2} \d{4}", None, "ssn social security itin tin taxpayer taxid"
    ),
)

#: Numbers without a control digit: (type, pattern, labels, countries, also without a label).
UNCHECKED: Final = (
    _kind(
        "CO_CEDULA",
        r"\d{1,3}(?:[. ]\d{3}){2,3}|\d{6,10}",
        None,
        "cedula cc ciudadania ti",
        countries="CO",
    ),
    _kind("AR_DNI", r"\d{1,2}[. ]\d{3}[. ]\d{3}|\d{7,8}", None, "dni le lc", countries="AR"),
    _kind("PE_DNI", r"\d{8}", None, "dni", countries="PE"),
    _kind(
        "MX_NSS",
        r"\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{4}[ -]?\d",
        None,
        "nss imss social",
        countries="MX",
    ),
    _kind(
        "ES_NSS",
        r"\d{2}[ /-]?\d{8}[ /-]?\d{2}",
        None,
        "nss seguridad social afiliacion",
        countries="ES",
    ),
    _kind("BR_RG", r"\d{1,2}\.?\d{3}\.?\d{3}-?[\dx]", None, "rg", countries="BR"),
    _kind(
        "PASSPORT",
        r"[a-z]{1,3}\d{6,8}|[a-z] \d{6,8}|\d{9}",
        None,
        "pasaporte passaporte passport",
        generic=False,
        opens="codes",
    ),
    _kind("ES_NIF", r"\d{8}", None, "dni nif", countries="ES"),
    _kind("CL_RUT", r"\d{7,8}", None, "rut run", countries="CL"),
    _kind("EC_CI", r"\d{10}", None, "cedula ci", countries="EC"),
    _kind("UY_CI", r"\d{7,8}", None, "cedula ci", countries="UY"),
    _kind("CO_NIT", r"\d{3}[. ]?\d{3}[. ]?\d{3}", None, "nit", countries="CO", generic=False),
)
