"""
Numbers that a state or a bank gave to a person or a company.

A number whose control digit is right and whose form is unmistakable counts by itself. One that is
mistyped, or whose form is that of any number, counts only next to its label: a mistyped DNI after
"DNI" is still hidden, an order number that happens to look like one is not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import regex

from pseudonymize.freetext.checksums import CHECKS
from pseudonymize.freetext.labels import BANK, IDENTITY, Labels
from pseudonymize.freetext.persons import follows_person
from pseudonymize.freetext.reading import Reading, matches
from pseudonymize.freetext.spans import Hit

#: A number is not a part of a longer code: REF-12345678Z holds no NIF.
_ALONE: Final = r"(?<![\w@+])(?<![\w][-/.,#_])(?:{})(?![\w@])(?![-/._][\w])"

CHECKED: Final = 1.0
LABELLED: Final = 0.85
MISTYPED: Final = 0.7
BY_FORM: Final = 0.5
#: More than what the record says of any number of the person, so that its type is told.
_ABOVE_RECORD: Final = 0.66
_GENERAL: Final = 0.03

#: Control digits that few other numbers happen to fulfil.
_RARE: Final = frozenset({"cpf", "cnpj", "cuit"})
_SSN_GROUPS: Final = regex.compile(r"\d{3}([- ])\d{2}\1\d{4}")
#: With points and no money beside it, this is how people write their document.
_DOTTED: Final = {
    "AR_DNI": regex.compile(r"[1-9]\d\.\d{3}\.\d{3}(?<!\.000)"),
    "CO_CEDULA": regex.compile(r"(?:[1-9]\d?|1\.\d{3})\.\d{3}\.\d{3}(?<!\.000)"),
}
_MONEY_BEFORE: Final = regex.compile(r"(?:[$€]|\b(?:ars|cop|usd|us|por|de|son|x))\s?$")
_MONEY_AFTER: Final = regex.compile(
    r"\s?(?:[$€%]|,\d|(?:pesos|cop|ars|usd|dolares|mil|unidades)\b)"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One kind of number. `countries` empty: it is looked for everywhere. `unmistakable`: a right
    control digit is enough; otherwise the number also needs a label. `generic`: a word such as
    "documento" is label enough at home.
    """

    type: str
    pattern: "regex.Pattern[str]"
    check: str | None
    labels: frozenset[str]
    countries: frozenset[str] = frozenset()
    unmistakable: bool = True
    generic: bool = True

    @property
    def wanted(self) -> frozenset[str]:
        """All words that name such a number, its own and the general ones."""
        return self.labels | IDENTITY if self.generic else self.labels

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
    )


_BANK_WORDS: Final = " ".join(BANK)
_TAX: Final = "nif dni cif fiscal"

#: XAXX010101000 and XEXX010101000 are nobody's: the general public, and any foreigner.
KINDS: Final = (
    _kind("ES_NIE", r"[xyz][ -]?\d[\d.]{6,9}[ -]?[a-z]", "nie", "nie nif dni extranjero tie"),
    _kind("ES_NIF", r"\d{1,2}\.?\d{3}\.?\d{3}[ -]{0,3}[a-hj-np-tv-z]", "dni", _TAX),
    _kind(
        "ES_CIF",
        r"(?<!\bc\.? ?)[abcdefghjnpqrsuvw][ -]?\d{2}\.?\d{3}\.?\d{2}[ -]?[\da-j]",
        "cif",
        _TAX,
    ),
    _kind("MX_CURP", r"[a-z]{4}[ -]?\d{6}[ -]?[hmx][a-z]{5}[ -]?[a-z\d]\d", "curp", "curp clave"),
    _kind(
        "MX_RFC",
        r"(?!x[ae]xx010101000)[a-zñ&]{3,4}[ -]?\d{6}[ -]?[a-z\d]{2}[\da]",
        "rfc",
        "rfc fiscal",
    ),
    _kind(
        "IBAN_CODE",
        r"[a-z]{2}\d{2}(?:[ -]?[a-z\d]{4}){2,7}(?:[ -]?[a-z\d]{1,3})?(?![a-z\d])",
        "iban",
        _BANK_WORDS,
    ),
    _kind("BANK_ACCOUNT", r"\d{22}|\d{8}[ -]\d{14}", "cbu", _BANK_WORDS),
    _kind(
        "BANK_ACCOUNT",
        r"\d{18}|\d{3}[ -]\d{3}[ -]\d{11}[ -]\d",
        "clabe",
        _BANK_WORDS,
        unmistakable=False,
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
        "BR_CPF", r"\d{9}[- ]?\d{2}|\d{3} \d{3} \d{3} \d{2}", "cpf", "cpf pix", unmistakable=False
    ),
    _kind(
        "BR_CNPJ", r"[a-z\d]{2}\.[a-z\d]{3}\.[a-z\d]{3}[/ ][a-z\d]{4}[- ]\d{2}", "cnpj", "cnpj pix"
    ),
    _kind(
        "BR_CNPJ",
        r"(?=[a-z]*\d)[a-z\d]{8}[/ ]?[a-z\d]{4}[- ]?\d{2}",
        "cnpj",
        "cnpj pix",
        unmistakable=False,
    ),
    _kind("AR_CUIT", r"(?:2[0347]|3[034])[ -]\d{2}[. ]?\d{3}[. ]?\d{3}[ -]\d", "cuit", "cuit cuil"),
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
        "MX_NSS", r"\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{4}[ -]?\d", None, "nss imss", countries="MX"
    ),
    _kind(
        "ES_NSS", r"\d{2}[ /-]?\d{8}[ /-]?\d{2}", None, "nss seguridad afiliacion", countries="ES"
    ),
    _kind("BR_RG", r"\d{1,2}\.?\d{3}\.?\d{3}-?[\dx]", None, "rg", countries="BR"),
    _kind(
        "PASSPORT",
        r"[a-z]{1,3}\d{6,8}|[a-z] \d{6,8}|\d{9}",
        None,
        "pasaporte passaporte passport",
        generic=False,
    ),
    _kind("ES_NIF", r"\d{8}", None, "dni nif", countries="ES"),
    _kind("CL_RUT", r"\d{7,8}", None, "rut run", countries="CL"),
    _kind("EC_CI", r"\d{10}", None, "cedula ci", countries="EC"),
    _kind("UY_CI", r"\d{7,8}", None, "cedula ci", countries="UY"),
    _kind("CO_NIT", r"\d{3}[. ]?\d{3}[. ]?\d{3}", None, "nit", countries="CO", generic=False),
)


def find_identifiers(reading: Reading) -> Iterator[Hit]:
    """Yield every number that its control digit, its form or its label gives away."""
    labels = Labels.of(reading)
    for kind in KINDS:
        if _may_occur(kind, reading):
            for match in matches(kind.pattern, reading):
                hit = _judged(kind, match.group(), match.span(), labels, reading)
                if hit:
                    yield hit
    for kind in UNCHECKED:
        if _is_here(kind, reading):
            for match in matches(kind.pattern, reading):
                hit = _unchecked(kind, match.group(), match.span(), labels, reading)
                if hit:
                    yield hit


def _may_occur(kind: Kind, reading: Reading) -> bool:
    """Tell whether a kind is worth a scan: at home here, and not without a label it needs."""
    if not _is_here(kind, reading):
        return False
    if kind.check in _RARE or kind.type == "US_SSN":
        return True
    stands_alone = kind.check is not None and kind.unmistakable
    return stands_alone or Labels.of(reading).any_of(kind.wanted)


def _is_here(kind: Kind, reading: Reading) -> bool:
    return not kind.countries or not kind.countries.isdisjoint(reading.countries)


def _judged(
    kind: Kind, number: str, span: tuple[int, int], labels: Labels, reading: Reading
) -> Hit | None:
    if kind.type == "IBAN_CODE":
        number = _as_far_as_right(number)
        span = (span[0], span[0] + len(number))
    is_right = kind.check is not None and CHECKS[kind.check](number)
    is_like_a_code = number.isdigit() or kind.type == "ES_CIF"
    if is_right and kind.unmistakable and not (is_like_a_code and labels.names_thing(span[0])):
        return Hit(*span, kind.type, CHECKED, "checksum", kind.check or "")
    label = labels.near(*span, kind.wanted)
    if label not in kind.labels and kind.home and kind.home not in reading.countries:
        label = ""
    if not label:
        return _by_form(kind, number, span, labels, reading)
    if is_right:
        return Hit(*span, kind.type, CHECKED, "checksum", label)
    if kind.type == "ES_NIF" and number[-2:-1] == " ":
        return None  # "DNI 27014116 a retirar"
    own_name = label in kind.labels
    return Hit(*span, kind.type, MISTYPED + 0.1 * own_name, "label", label)


def _unchecked(
    kind: Kind, number: str, span: tuple[int, int], labels: Labels, reading: Reading
) -> Hit | None:
    label = labels.near(*span, kind.wanted)
    if label:
        score = LABELLED - _GENERAL * (label not in kind.labels)
        return Hit(*span, kind.type, score, "label", label)
    is_dotted = kind.type in _DOTTED and _DOTTED[kind.type].fullmatch(number) is not None
    if not is_dotted or labels.of_thing(*span) or _is_amount(reading, span):
        return None
    return Hit(*span, kind.type, BY_FORM, "format", "dd.ddd.ddd")


def _is_amount(reading: Reading, span: tuple[int, int]) -> bool:
    """Tell whether money or a unit stands beside a number with points."""
    before, after = reading.folded[max(0, span[0] - 6) : span[0]], reading.folded[span[1] :]
    return _MONEY_BEFORE.search(before) is not None or _MONEY_AFTER.match(after) is not None


def _as_far_as_right(number: str) -> str:
    """Drop words behind an account number that look like its last groups: "ES91 … a nombre"."""
    shorter = number
    while len(shorter) > 14 and not CHECKS["iban"](shorter):
        shorter = shorter.rpartition(" ")[0]
    return shorter if len(shorter) > 14 else number


def _by_form(
    kind: Kind, number: str, span: tuple[int, int], labels: Labels, reading: Reading
) -> Hit | None:
    """
    Return a find for a number without a label that hardly anything else is written like.

    A US social security number has no control digit. A CPF, CUIT or CNPJ of bare digits has two,
    or one and a narrow beginning, unless it is called an order and no name stands before it.
    """
    if kind.type == "US_SSN":
        grouped = _SSN_GROUPS.fullmatch(number) is not None and CHECKS["ssn"](number)
        return Hit(*span, kind.type, _ABOVE_RECORD, "format", "ddd-dd-dddd") if grouped else None
    if kind.check not in _RARE or not CHECKS[kind.check](number):
        return None
    if follows_person(reading, span[0]) or not labels.of_thing(*span):
        return Hit(*span, kind.type, _ABOVE_RECORD, "checksum", kind.check)
    return None
