"""Who comes for something or stands somewhere, whose kin somebody is, and things of the errand."""

import pytest

from tests.pseudonymize.freetext.finding import finds, found


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Retira por sucursal Delfina Rossi con autorización.", "es", "Delfina Rossi"),
        ("Retira por sucursal Luján Farías mañana.", "es", "Luján Farías"),
        ("retira por sucursal nahir etcheverry con su hermano", "es", "nahir etcheverry"),
        ("Recogida en tienda: Itziar Etxeberria, el lunes.", "es", "Itziar Etxeberria"),
        ("recoge en la oficina macarena con su hijo", "es", "macarena"),
        ("Retira na loja Thayná Bezerra com documento.", "pt", "Thayná Bezerra"),
        ("Pick up in store: Delphine Okafor, tomorrow.", "en", "Delphine Okafor"),
    ],
)
def test_who_fetches_something_stands_behind_the_place(text: str, language: str, name: str) -> None:
    assert finds(text, "PERSON", language) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Retira por sucursal Rosario el viernes.",
        "retira por sucursal villa urquiza sin cargo",
        "recoge en sucursal benito juarez",
    ],
)
def test_a_branch_called_after_a_town_is_fetched_from(text: str) -> None:
    assert finds(text, "PERSON") == []


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("will at the front desk took the call", "en", "will"),
        ("pickup at 9, ask for will at the gate", "en", "will"),
        ("please ask for grace when you arrive", "en", "grace"),
        ("pregunten por luz en la recepcion", "es", "luz"),
    ],
)
def test_a_word_is_who_is_asked_for_at_a_post(text: str, language: str, name: str) -> None:
    assert finds(text, "PERSON", language) == [name]


@pytest.mark.parametrize(
    "text",
    ["there is a mark at the door", "i asked for help at the gate", "will at the store be enough"],
)
def test_a_word_at_a_post_is_nobody(text: str) -> None:
    assert found(text, "en") == []


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("ubiquen a mi vieja lujan antes de las 10", "es", "lujan"),
        ("Mi comadre, la Lupe, lo compró.", "es", "Lupe"),
        ("mi consuegra remedios tiene la llave", "es", "remedios"),
        ("Liguem para minha nora, a Jussara, depois.", "pt", "Jussara"),
        ("meu compadre juvenal vai buscar", "pt", "juvenal"),
        ("my stepdad Wendell has the key", "en", "Wendell"),
    ],
)
def test_kin_and_friends_announce_a_name_and_are_none(text: str, language: str, name: str) -> None:
    assert found(text, language) == [("PERSON", name)]


def test_an_article_before_a_telephone_belongs_to_no_street() -> None:
    text = "Liguem para minha nora, a Jussara, no 086 2414 7424."
    assert found(text, "pt", "BR") == [("PERSON", "Jussara"), ("PHONE_NUMBER", "086 2414 7424")]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("minha nora pediu dois", "pt"),
        ("mi viejo celular no anda", "es"),
        ("compre un jean y lo devuelvo", "es"),
        ("quiero devolver los zapatos con el tique #710436", "es"),
        ("Pedimos 48 cartones de Victoria y 4 de agua mineral.", "es"),
        ("dos six de sol y una reja de victoria", "es"),
        ("Uma caixa de Brahma e dois engradados de Antarctica.", "pt"),
        ("two packs of Chesterfield and a keg of Samuel Adams", "en"),
        ("compré con el número 98048310 y no llegó la factura", "es"),
        ("comprei com o numero 48291034 e nao chegou", "pt"),
        ("hubo un ingreso raro desde ayer, la app estaba en la 10.15.20.6", "es"),
        ("the firmware is on 4.11.13.7", "en"),
    ],
)
def test_things_numbers_and_versions_of_an_errand_are_nobodys(text: str, language: str) -> None:
    assert found(text, language) == []


def test_a_model_behind_an_article_makes_no_product_of_a_buyer() -> None:
    text = "Le vendió a Artur Sarkissian un GL-473T fallado."
    assert finds(text, "PERSON") == ["Artur Sarkissian"]


def test_a_telephone_in_pairs_needs_no_label() -> None:
    text = "Avisen a mi cuñado Iker Tordesillas Bonet en el 602-25-35-59, está en casa."
    assert finds(text, "PHONE_NUMBER", "es", "ES") == ["602-25-35-59"]


def test_a_server_is_no_version() -> None:
    assert finds("el servidor esta en la 10.20.30.40", "IP_ADDRESS") == ["10.20.30.40"]


@pytest.mark.parametrize(
    ("text", "language", "address"),
    [
        ('El flete va a Bv. Oroño 72 PB "B", toquen timbre.', "es", 'Bv. Oroño 72 PB "B"'),
        ("Se mudó a Ruta 8 km 70, lote 7 de Pergamino.", "es", "Ruta 8 km 70, lote 7"),
        ("El flete va a Monoblock 5, depto. 26, hoy.", "es", "Monoblock 5, depto. 26"),
        (
            "Vive en Cerrada de los Cedros 96, Fracc. Bosques del Lago, Morelia.",
            "es",
            "Cerrada de los Cedros 96, Fracc. Bosques del Lago",
        ),
        ("Pickup at 322 Rural Route 5, today.", "en", "322 Rural Route 5"),
        ("Moved to W97 N5850 Pilgrim Way in El Paso.", "en", "W97 N5850 Pilgrim Way"),
    ],
)
def test_addresses_reach_their_last_detail(text: str, language: str, address: str) -> None:
    assert finds(text, "ADDRESS", language) == [address]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("la encomienda 1z930 la devolvieron a monteria ayer", "monteria"),
        ("vive en calle mayor 6 de toledo", "toledo"),
        ("Habla con Gloria Inés, de acá de Florencia.", "Florencia"),
    ],
)
def test_a_town_is_where_a_parcel_or_a_street_is(text: str, place: str) -> None:
    assert finds(text, "LOCATION") == [place]


def test_whom_something_was_given_back_is_somebody() -> None:
    assert finds("devolvieron el paquete a Lucía", "PERSON") == ["Lucía"]
