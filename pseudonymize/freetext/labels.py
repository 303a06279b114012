"""
The word that says what a number is: "DNI 12345678", "pedido 12345678".

The nearest label decides. A window that merely counts words (as Presidio's context enhancer does)
lets "DNI" of one clause lift an invoice number of the next.
"""

from bisect import bisect_left
from collections.abc import Collection
from typing import Final

from pseudonymize.freetext.reading import Reading, Word

#: How many words before and after a number may name it.
_BEFORE: Final = 8
_AFTER: Final = 4

IDENTITY: Final = frozenset(
    "documento documentos identidad identificacion identificador doc cedula ident identidade"
    " identificacao id identification".split()
)
PHONE: Final = frozenset(
    "telefono telefonos telefonico tel tele telf tlf tfno tfn telef fono fijo movil moviles celular"
    " celulares cel celu cell cels whatsapp whats wasap wsp wpp wp wapp zap zapzap contacto"
    " contactar contactarla contactarlo contactarme contactado contacte llamar llame llamen llama"
    " llamarme llamarle llamarla llamarlo llamada llamadas llamame llamenme marcar marquen marque"
    " marcarle marcame marquenme numero linea avisar aviso hablar telefone telefones fone ligar"
    " liguem ligue ligou liga contato recado phone telephone mobile call called callback calling"
    " text texted texting sms reach reached dial number ph voicemail landline falar falem fala hablar bizum nequi daviplata"
    " yape localizable extension nro num comunicarse comunicar comunicate devolver rellamar marcado"
    " ring rang contact".split()
)
BIRTH: Final = frozenset(
    "nacimiento nacido nacida nacio naci nacer nac fdn fnac cumple cumpleanos cumplo nacidos born"
    " birth birthday birthdate bday dob nascimento nascido nascida nasceu nasci nasc dn aniversario"
    " natalicio".split()
)
BANK: Final = frozenset(
    "cuenta cuentas clabe cbu cvu iban ccc deposito depositar depositen transferencia transferir"
    " transfiera transfieran banco bancaria bancario conta bank account abono alias".split()
)
#: These name a number that belongs to a thing, so it is nobody's.
THING: Final = frozenset(
    "pedido pedidos orden ordenes factura facturas fra ticket tickets tiquete ref referencia"
    " referencias codigo codigos guia rastreo seguimiento tracking paquete envio albaran expediente"
    " reclamo incidencia caso folio comprobante recibo remito presupuesto cotizacion serie lote sku"
    " modelo producto articulo item version firmware contrato poliza importe precio monto total"
    " saldo valor pago cobro cobraron cargo transaccion operacion autorizacion remision localizador"
    " compra comprado encomenda nota nf nfe protocolo chamado boleto remessa rastreio fatura entrega"
    " entregado serial order orders invoice reference case claim shipment package parcel part"
    " product price amount refund purchase receipt confirmation vencimiento vencimento vence"
    " isbn ean barcode build nfs cep cp postal extracto matricula radicado apolice cupom voucher"
    " cupon bono promocion ped fact reclamacion solicitud compro compre comprei purchased bought"
    " salio llego chegou saiu shipped arrived delivered po wire due interno".split()
)

#: The names of numbers themselves.
NUMBERS: Final = frozenset(
    "dni nie nif cif curp rfc cpf cnpj cuit cuil nit rut run ruc ssn rg nss imss cc ci ti tie pix"
    " itin social pasaporte passaporte passport clabe cbu cvu iban visa mastercard amex".split()
)
ALL: Final = IDENTITY | PHONE | BIRTH | BANK | THING | NUMBERS


class Labels:
    """The labels of one reading, looked up by position."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._words = reading.words
        self._starts = [word.start for word in self._words]

    def near(self, start: int, end: int, wanted: Collection[str]) -> str:
        """
        Return the label from `wanted` that names the number at `start`, or an empty string.

        Looks back within the sentence to the nearest label of any kind, then forward a little.
        """
        index = bisect_left(self._starts, start)
        sentence = self._words[index].sentence if index < len(self._words) else -1
        return self._before(index, sentence, wanted) or self._after(end, sentence, wanted)

    def names_thing(self, start: int) -> bool:
        """Tell whether the words right before a number say that a thing bears it."""
        index = bisect_left(self._starts, start)
        return any(word.form in THING for word in self._words[max(0, index - 2) : index])

    def _before(self, index: int, sentence: int, wanted: Collection[str]) -> str:
        seen = 0
        for position in range(index - 1, -1, -1):
            word = self._words[position]
            if word.sentence != sentence and not self._is_abbreviation(word):
                break
            form = self._joined_form(position)
            if form in wanted or word.form in wanted:
                return word.form
            if word.form in THING or seen >= _BEFORE:
                break
            seen += not word.form[0].isdigit()
        return ""

    def _is_abbreviation(self, word: Word) -> bool:
        """Tell whether a full stop after `word`, as in "Tel. 600", ends no sentence."""
        return len(word.form) <= 4 and self._reading.folded[word.end : word.end + 1] == "."

    def _joined_form(self, position: int) -> str:
        """Return `dni` for the last letter of "d.n.i."."""
        word = self._words[position]
        if len(word.form) > 1:
            return word.form
        form = word.form
        while position and len(self._words[position - 1].form) == 1:
            previous = self._words[position - 1]
            if self._reading.gap(previous, self._words[position]) not in {".", ". "}:
                break
            form = previous.form + form
            position -= 1
        return form

    def _after(self, end: int, sentence: int, wanted: Collection[str]) -> str:
        first = bisect_left(self._starts, end)
        for word in self._words[first : first + _AFTER]:
            if word.sentence != sentence or word.form[0].isdigit() or word.form in THING:
                break
            if "," in self._reading.folded[end : word.start]:
                break
            if word.form in wanted:
                return word.form
        return ""
