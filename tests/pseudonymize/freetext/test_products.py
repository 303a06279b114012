"""Products, papers and days that look like people and births, and are none."""

import pytest

from tests.pseudonymize.freetext.finding import finds, found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("La cómoda Adriana está descatalogada desde mayo.", "es"),
        ("el sinfonier raquel en roble ref 88213 sigue agotado", "es"),
        ("Butaca de lectura Noelia, tapizado gris, sin stock.", "es"),
        ("Las bailarinas Sara vuelven a estar en stock el 3 de mayo.", "es"),
        ("anillo de compromiso elena talla 14 en oro blanco a 540 €", "es"),
        ("la base matrimonial regina kt 118/20 viene sin herrajes", "es"),
        ("Muñeca Lupita de trapo, 30 piezas para la tienda.", "es"),
        ("El tendido Daniela B0412XQ77 destiñó en la primera lavada.", "es"),
        ("sofacama julieta gris con descuento en $ 1.250.000", "es"),
        ("El sommier Martina de 2 plazas se entrega el martes.", "es"),
        ("cartera de cuero milagros en suela sin stock", "es"),
        ("El placard Agustina de tres puertas viene sin espejo.", "es"),
        ("O sofá retrátil Helena XR1180-B chegou sem um dos pés.", "pt"),
        ("jogo de jantar isabela b0771xq20 com tampo riscado", "pt"),
        ("Edredom Camila casal, reposição na quinta.", "pt"),
        ("Plano Júlia de 20 GB sai de linha em março.", "pt"),
        ("batom larissa cor 07 fora de linha", "pt"),
        ("The Olivia sectional in grey is back in stock on Friday.", "en"),
        ("Charlotte wedge sandal, size 8, out of stock.", "en"),
        ("Amelia XR3301-B dresser is missing two handles.", "en"),
        ("Please ship 14 Natalie lampshades, ref XR9910-B.", "en"),
        ("Our Abigail wall mirror went up to $249.", "en"),
        ("Kate Unlimited plan goes up by $5 in May.", "en"),
        ("hannahs in size 7 are sold out", "en"),
    ],
)
def test_a_product_called_like_a_person_stays(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("el equipo está desconfigurado y quedó desinstalado el módulo", "es"),
        ("o aparelho está descalibrado e o suporte foi descontinuado", "pt"),
        ("Champú para cabello moreno y tinte para pelo castaño.", "es"),
        ("Pidió el turrón para Reyes.", "es"),
        ("sin tique 44120 no hay cambio", "es"),
        ("Factura emitida el 3/4/1998 y archivada, pendiente de abono.", "es"),
        ("Devolución facturada el 12 de mayo de 2023 y cumplido el plazo.", "es"),
        ("Recogida programada el 12-10-2025, entrega pactada el 15-10-2025.", "es"),
        ("Entregue em 12/03/1999, nota emitida em 10/03/1999.", "pt"),
        ("Delivered on March 4, 2024, invoice dated 02/28/24.", "en"),
        ("Nota fiscal INV319442282, total R$ 4.103,44.", "pt"),
        ("Boleto 123.456.789-01 vencido, guia 987.654.321-10 emitida.", "pt"),
        ("Tracking 555-01-2345 shows delivered.", "en"),
    ],
)
def test_papers_days_and_states_of_things_are_nobody(text: str, language: str) -> None:
    assert found(text, language) == []


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Pide la clienta Lorena Vidal cambiar el sofá, talla 38.", "es", "Lorena Vidal"),
        ("recamara para valeria, entrega el lunes", "es", "valeria"),
        ("el sofa lo recibe teresa, entrega el lunes", "es", "teresa"),
        ("Daniela Rojas, sandalia talla 37", "es", "Daniela Rojas"),
        ("Marina X1234567L vive en León.", "es", "Marina"),
        ("marisol tique jamioy 321 287 44 59 no contesta", "es", "marisol tique jamioy"),
        ("Carolina Souza, rack com defeito", "pt", "Carolina Souza"),
        ("a bruna devolveu o tenis numero 36", "pt", "bruna"),
        ("Spoke to Rachel, size 8 out of stock.", "en", "Rachel"),
        ("our Emma ordered a wall mirror", "en", "Emma"),
    ],
)
def test_who_buys_a_product_is_found(text: str, language: str, name: str) -> None:
    assert name in finds(text, "PERSON", language)


def test_a_date_of_birth_beside_a_purchase_is_found() -> None:
    text = "Factura del 3/4/2024, cumple años el 12/05/1980."
    assert finds(text, "DATE_OF_BIRTH") == ["12/05/1980"]
