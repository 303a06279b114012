"""A company's database is changed by the declared map: what it says, for one person, or nothing."""

from collections.abc import Iterator

import msgspec
import psycopg
import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from rights.systems import sql_system
from rights.systems.declaration import System, Work
from rights.systems.protocol import Answer, Call, Failed, Settled
from rights.systems.registry import systems
from tests.rights.requests import at
from tests.rights.systems.company import Company, Shop, founded

ROSA = (("external_id", "C-1"), ("email", "rosa@prueba.example"))


@pytest.fixture
def shop(company: Company) -> Shop:
    """Return a shop with Rosa, who is to be found, and Luis, who is to be left alone."""
    company.shop.sells_to("C-1", "Rosa@prueba.example", phone="+34600000001")
    company.shop.sells_to("C-2", "luis@prueba.example", name="Luis Gil")
    return company.shop


def told(
    work: Work,
    identifiers: tuple[tuple[str, str], ...] = ROSA,
    *,
    payload: dict[str, object] | None = None,
    system: System | None = None,
) -> Answer:
    """Return the answer of the shop's database to one call."""
    call = Call(
        task="tsk_1",
        errand="err_1",
        errand_id=1,
        subject_key=1,
        work=work,
        cause="right",
        attempt=1,
        at=at("2026-11-02"),
        identifiers=identifiers,
        payload=payload or {},
    )
    return sql_system.call(system or systems()["shop"], call)


def settled(work: Work, **payload: object) -> Settled:
    """Return the answer of the shop, which must have done it."""
    answer = told(work, payload=payload)
    assert isinstance(answer, Settled)
    return answer


def test_an_erasure_destroys_what_the_map_says_and_keeps_what_the_law_wants(shop: Shop) -> None:
    answer = settled(Work.ERASE)
    assert answer.outcome == "kept"
    assert {one["ground"] for one in answer.report["kept"]} == {"tax"}
    gone = "full_name IS NULL AND email IS NULL AND phone IS NULL"
    assert shop.count("customers", f"{gone} AND customer_number LIKE 'erased-%%'") == 1
    assert shop.count("orders", "invoice_name = 'Rosa Soto' AND delivery_note IS NULL") == 2
    left = {name: shop.count(name) for name in ("addresses", "searches", "newsletter")}
    assert left == {"addresses": 1, "searches": 1, "newsletter": 1}


def test_an_erasure_leaves_everybody_else_alone(shop: Shop) -> None:
    settled(Work.ERASE)
    assert shop.count("customers", "full_name = 'Luis Gil' AND customer_number = 'C-2'") == 1
    assert shop.count("orders", "delivery_note IS NOT NULL") == 2


def test_an_erasure_done_twice_changes_no_more(shop: Shop) -> None:
    settled(Work.ERASE)
    before = shop.run("SELECT * FROM alameda_shop.customers ORDER BY id")
    assert settled(Work.ERASE).outcome == "nothing"
    assert shop.run("SELECT * FROM alameda_shop.customers ORDER BY id") == before


def test_a_verification_counts_what_an_erasure_destroys_and_then_finds_nothing(shop: Shop) -> None:
    held = settled(Work.VERIFY).report["held"]
    assert held["alameda_shop.addresses"] == 1
    assert held["alameda_shop.orders"] == 2
    settled(Work.ERASE)
    assert settled(Work.VERIFY).report == {"held": {}}


def test_more_rows_than_one_person_has_stop_everything(shop: Shop) -> None:
    system = systems()["shop"]
    assert system.sql
    careful = msgspec.structs.replace(system, sql=msgspec.structs.replace(system.sql, most_rows=1))
    answer = told(Work.ERASE, system=careful)
    assert answer == Failed("too_many_rows", lasting=True)
    assert shop.count("customers", "full_name = 'Rosa Soto'") == 1
    assert shop.count("addresses") == 2


def test_what_comes_back_while_it_is_erased_undoes_the_whole_change(shop: Shop) -> None:
    shop.run(
        "CREATE FUNCTION back() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN NEW.full_name = ''Rosa Soto''; RETURN NEW; END'"
    )
    shop.run(
        "CREATE TRIGGER back BEFORE UPDATE ON alameda_shop.customers"
        " FOR EACH ROW EXECUTE FUNCTION back()"
    )
    assert told(Work.ERASE) == Failed("still_there", lasting=True)
    assert shop.count("customers", "customer_number = 'C-1'") == 1
    assert shop.count("searches") == 2


def test_rows_that_the_shop_itself_holds_are_tried_again_later(shop: Shop) -> None:
    with psycopg.connect(shop.address) as other:
        other.execute("SELECT 1 FROM alameda_shop.searches FOR UPDATE")
        answer = told(Work.ERASE)
    assert answer == Failed("database_away")
    assert shop.count("addresses") == 2


def test_a_database_that_is_away_is_tried_again(shop: Shop) -> None:
    with override_settings(SYSTEM_SECRETS={"shop": "postgresql:///nothing?host=/nonexistent"}):
        assert told(Work.EXPORT) == Failed("database_away")
    with override_settings(SYSTEM_SECRETS={}):
        assert told(Work.EXPORT) == Failed("secret_missing", lasting=True)


def test_a_map_that_does_not_fit_says_so_and_changes_nothing(shop: Shop) -> None:
    shop.run("ALTER TABLE alameda_shop.orders RENAME COLUMN delivery_note TO remark")
    assert told(Work.ERASE) == Failed("sql_42703", lasting=True)
    assert shop.count("searches") == 2


def test_an_export_tells_declared_columns_in_plain_values(shop: Shop) -> None:
    records = settled(Work.EXPORT).report["records"]
    [customer] = records["alameda_shop.customers"]
    assert customer == {
        "customer_number": "C-1",
        "full_name": "Rosa Soto",
        "email": "Rosa@prueba.example",
        "phone": "+34600000001",
    }
    assert records["alameda_shop.orders"][0]["placed_on"] == "2026-05-01"
    assert {row["product"] for row in records["alameda_shop.order_items"]} == {"lámpara", "silla"}
    assert msgspec.json.encode(records)


def test_a_correction_changes_the_field_where_the_old_value_stands(shop: Shop) -> None:
    change = {"field": "alameda_shop.customers.full_name", "old": "Rosa Soto", "new": "Rosa Sotelo"}
    assert settled(Work.RECTIFY, changes=[change]).outcome == "done"
    assert shop.count("customers", "full_name = 'Rosa Sotelo'") == 1
    assert settled(Work.RECTIFY, changes=[change]).outcome == "done"


def test_an_old_value_that_is_not_there_is_looked_for_by_a_person(shop: Shop) -> None:
    right = {"category": "user.name", "old": "Rosa Soto", "new": "Rosa Sotelo"}
    wrong = {"category": "user.contact.email", "old": "ana@prueba.example", "new": "x@y.example"}
    answer = told(Work.RECTIFY, payload={"changes": [right, wrong]})
    assert answer == Failed("change_unplaced", lasting=True)
    assert shop.count("customers", "full_name = 'Rosa Soto'") == 1


def test_a_whole_address_is_not_squeezed_into_its_street(shop: Shop) -> None:
    whole = {"category": "user.contact.address", "old": "Calle Larios 1", "new": "Calle Granada 2"}
    answer = told(Work.RECTIFY, payload={"changes": [whole]})
    assert answer == Failed("change_unplaced", lasting=True)


def test_what_the_shop_does_not_hold_does_not_concern_it(shop: Shop) -> None:
    birth = {"category": "user.demographic.date_of_birth", "old": None, "new": "1990-01-01"}
    assert settled(Work.RECTIFY, changes=[birth]).outcome == "nothing"


def test_a_value_may_be_taken_away(shop: Shop) -> None:
    phone = {"category": "user.contact.phone_number", "old": "+34600000001", "new": None}
    assert settled(Work.RECTIFY, changes=[phone]).outcome == "done"
    assert settled(Work.RECTIFY, changes=[phone]).outcome == "done"
    assert shop.count("customers", "customer_number = 'C-1' AND phone IS NULL") == 1


def test_a_correction_of_a_category_reaches_every_column_of_it(shop: Shop) -> None:
    change = {"category": "user.name", "old": "Rosa Soto", "new": "Rosa Sotelo"}
    settled(Work.RECTIFY, changes=[change])
    assert shop.count("customers", "full_name = 'Rosa Sotelo'") == 1
    assert shop.count("orders", "invoice_name = 'Rosa Sotelo'") == 2
    assert shop.count("orders", "invoice_name = 'Luis Gil'") == 2


@pytest.mark.parametrize(
    ("work", "column"),
    [
        (Work.RESTRICT, "restricted"),
        (Work.DISPUTE, "disputed"),
        (Work.BLOCK, "reserved"),
        (Work.OBJECT, "no_marketing"),
    ],
)
def test_a_mark_is_set_and_released(shop: Shop, work: Work, column: str) -> None:
    settled(work)
    assert shop.count("customers", f"{column} AND customer_number = 'C-1'") == 1
    assert shop.count("customers", column) == 1
    settled(Work.RELEASE, of=work.value)
    assert shop.count("customers", column) == 0


def test_a_release_leaves_the_marks_of_other_works(shop: Shop) -> None:
    settled(Work.RESTRICT)
    settled(Work.BLOCK)
    settled(Work.RELEASE, of="restrict")
    assert shop.count("customers", "reserved AND NOT restricted") == 1


@given(text=st.text(max_size=40).filter(lambda text: "\0" not in text and text != "C-2"))
def test_no_identifier_reaches_anybody_but_its_holder(shop_at: Shop, text: str) -> None:
    answer = told(Work.VERIFY, (("external_id", text), ("email", text)))
    assert answer == Settled("nothing", {"held": {}})


@pytest.mark.parametrize("text", ["C-2' OR '1'='1", "%", "C-_", '"; DROP TABLE x; --', "{}", "%s"])
def test_an_identifier_is_a_value_and_never_text_of_a_statement(shop: Shop, text: str) -> None:
    assert told(Work.ERASE, (("external_id", text), ("email", text))) == Settled("nothing", {})
    assert shop.count("customers", "full_name IS NOT NULL") == 2


@pytest.fixture(scope="module")
def shop_at(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Shop]:
    """Yield one shop for many examples, which change nothing in it."""
    with founded(tmp_path_factory.mktemp("shop")) as systems_of_it:
        systems_of_it.shop.sells_to("C-2", "luis@prueba.example", name="Luis Gil")
        yield systems_of_it.shop
