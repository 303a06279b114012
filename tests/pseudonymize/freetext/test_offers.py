"""What is shown, swapped or said of things under a name, and words that are names elsewhere."""

import pytest

from tests.pseudonymize.freetext.finding import finds, found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("pide factura de 3 boletos del concierto de luis miguel", "es"),
        ("Ingresso do show da Ivete Sangalo não chegou.", "pt"),
        ("Two tickets for Taylor Swift, section 112, never arrived.", "en"),
        ("Quer trocar o tênis 41 pelo Mizuno 42.", "pt"),
        ("Voucher não entra no pedido da Bob's.", "pt"),
        ("La sucursal Mayor cierra y la de Serrano abre el domingo.", "es"),
        ("Cancelar a assinatura do Globoplay hoje.", "pt"),
    ],
)
def test_what_is_shown_or_swapped_is_nobody(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Aplicar cupón al carrito, descuento máximo de $ 156,95.", "es"),
        ("la blusa esta bonita pero la tela es muy delgada", "es"),
        ("La clienta está conforme pero le parece caro el envío.", "es"),
        ("caixa de som nao conecta", "pt"),
        ("App crashes when the user taps My orders.", "en"),
        ("Pregunta si con el Amigo Sin Límite le respetan los datos.", "es"),
        ("alta de luz pendiente de boletin", "es"),
        ("si no contesta le llamas manana", "es"),
        ("compro un bolso y adjunta foto del tique", "es"),
        ("Na época de Natal o prazo de entrega aumenta.", "pt"),
        ("El turrón se agota antes de la Inmaculada.", "es"),
        ("la pava pierde agua desde el segundo uso", "es"),
    ],
)
def test_an_ordinary_word_needs_a_cue(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "kind", "language", "name"),
    [
        ("El máximo responsable es Máximo Ruiz.", "PERSON", "es", "Máximo Ruiz"),
        ("Te dejo el teléfono de Gimena.", "PERSON", "es", "Gimena"),
        ("soy amparo del pedido de ayer", "PERSON", "es", "amparo"),
        ("vivo en la union desde enero", "LOCATION", "es", "la union"),
        ("Moro em Natal desde 2010.", "LOCATION", "pt", "Natal"),
        ("perdio la conexion en getafe", "LOCATION", "es", "getafe"),
    ],
)
def test_with_a_cue_it_is_found(text: str, kind: str, language: str, name: str) -> None:
    assert finds(text, kind, language) == [name]


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("el tecnico hamza mas pasara manana", "es", "hamza mas"),
        ("poliza a nombre de montserrat mas moreno", "es", "montserrat mas moreno"),
        ("foi comprada por yasmin guimaraes nascimento", "pt", "yasmin guimaraes nascimento"),
        ("el cliente mirta coronel manda documentacion", "es", "mirta coronel"),
        ("la ingeniera rosas pide cotizacion", "es", "rosas"),
        ("la contadora choque pide la factura", "es", "choque"),
        ("cita con la doctora estibaliz nogales salgado", "es", "estibaliz nogales salgado"),
        ("Acudiente: Blanca Abadía Barrios.", "es", "Blanca Abadía Barrios"),
        (
            "com a doutora rita de cassia oliveira siqueira",
            "pt",
            "rita de cassia oliveira siqueira",
        ),
        ("asegurado de Kelly Johana De la Hoz, en regla", "es", "Kelly Johana De la Hoz"),
        ("atenta yurany gomez c.c. 33619769", "es", "yurany gomez"),
        ("now seeing dr van dyke at 915", "en", "van dyke"),
        ("ship to grace hunter tomorrow", "en", "grace hunter"),
        ("La incidencia la cerró Bruno el viernes.", "es", "Bruno"),
        ("falei com a vitoria do financeiro", "pt", "vitoria"),
    ],
)
def test_a_word_is_a_family_name_by_its_place(text: str, language: str, name: str) -> None:
    assert finds(text, "PERSON", language) == [name]
