"""Names of columns in other languages, abbreviated and glued, and what values say against names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

import duckdb
import pytest
from described import describe

from synth_core.model.type_text import parse_type
from synth_core.model.types import Field, Mode
from synth_core.stages.describe import describe_leaves
from synth_core.stages.describe.facts import Facts
from synth_core.stages.describe.judge import Subject, judge
from synth_core.stages.describe.tokens import languages_of, table_words, words_of

FIRST = ["Anna", "Peter", "Maria", "Thomas", "Laura", "Michael", "Sofia", "Paul"]
LAST = ["Smith", "Garcia", "Johnson", "Fischer", "Brown", "Lopez", "Miller", "Martin"]
ODD = ["Qwandil", "Zerp", "Oxu", "Brakk", "Vint", "Jolp", "Wemm", "Krud"]
"""Words that no list knows."""
DAYS = [f"19{year}-0{month}-1{month}" for year, month in zip(range(60, 84, 3), range(1, 9), strict=True)]
AMOUNTS = ["1200.50", "980.00", "3411.10", "77.25", "12.99", "450.00", "610.40", "55.15"]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA raw")
        yield connection


def meanings(
    con: duckdb.DuckDBPyConnection, columns: Mapping[str, Sequence[str]], *, table: str = "t"
) -> dict[str, str]:
    return {name: column.meaning.value for name, column in describe(con, columns, table=table).items()}


VALUES = {
    "first_name": ODD,
    "last_name": ODD,
    "person_name": [f"{one} {two}" for one, two in zip(FIRST, LAST, strict=True)],
    "date_of_birth": DAYS,
    "street_address": ["Am Wall 3", "Lindenhof 12", "Ring 7 b", "Markt 1"] * 2,
    "postal_code": ["10115", "20095", "80331", "50667"] * 2,
    "city": ["Weilburg", "Qualm", "Otterstedt", "Nordhof"] * 2,
    "phone": ["1751234567", "1609876543", "1712223334", "1523334445"] * 2,
    "money": AMOUNTS,
    "salutation": ["Herr", "Frau"] * 4,
    "free_text": ["ruft immer erst nach dem Essen an und will den Chef"] * 8,
    "company_name": ODD,
    "product_name": ODD,
    "password_hash": [f"geheim{n}xyz" for n in range(8)],
    "username": [f"nutzer{n}" for n in range(8)],
    "national_id": [f"1204{n}7 M 51{n}" for n in range(8)],
    "unknown": list("12345678"),
}


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (
            "kunden",
            (
                "anrede=salutation vorname=first_name nachname=last_name geb_datum=date_of_birth plz=postal_code "
                "straße=street_address ort=city telefonnummer=phone handynr=phone umsatz=money "
                "bemerkungen=free_text firmenname=company_name rechnungsbetrag=money sv_nummer=national_id "
                "benutzername=username kundennr=unknown"
            ),
        ),
        ("artikel", "bezeichnung=product_name einzelpreis=money hersteller=company_name"),
        (
            "clientes",
            (
                "nombre=first_name apellidos=last_name fecha_nacimiento=date_of_birth direccion=street_address "
                "codigo_postal=postal_code ciudad=city tel_movil=phone limite_credito=money "
                "observaciones=free_text razon_social=company_name contraseña=password_hash usuario=username"
            ),
        ),
        ("productos", "nombre=product_name precio_unitario=money proveedor=company_name"),
        (
            "salariés",
            (
                "nom=last_name prénom=first_name nom_jeune_fille=last_name date_naissance=date_of_birth "
                "adresse=street_address cp=postal_code ville=city tel_portable=phone salaire_brut=money "
                "remarques=free_text num_secu=national_id lieu_naissance=city"
            ),
        ),
        (
            "anagrafica",
            (
                "cognome=last_name nome=first_name data_nascita=date_of_birth indirizzo=street_address "
                "cap=postal_code citta=city codice_fiscale=national_id ragione_sociale=company_name"
            ),
        ),
        (
            "clientes",
            (
                "nome_completo=person_name cpf=national_id dt_nascimento=date_of_birth endereço=street_address "
                "cep=postal_code cidade=city celular=phone senha=password_hash"
            ),
        ),
        (
            "klanten",
            (
                "voornaam=first_name achternaam=last_name geboortedatum=date_of_birth straatnaam=street_address "
                "woonplaats=city telefoonnummer=phone wachtwoord=password_hash"
            ),
        ),
        (
            "cust_mstr",
            (
                "fname=first_name lname=last_name dob=date_of_birth "
                "addr1=street_address zip_cd=postal_code cty_nm=city tel_no=phone msisdn=phone ssn=national_id"
            ),
        ),
        (
            "pracownicy",
            (
                "imiona=first_name nazwisko=last_name data_ur=date_of_birth ulica=street_address miasto=city "
                "tel_domowy=phone pesel=national_id pensja=money"
            ),
        ),
        (
            "starfsmenn",
            (
                "nafn=person_name kennitala=national_id heimilisfang=street_address simi=phone "
                "lykilord=password_hash notendanafn=username"
            ),
        ),
        ("клиенты", "имя=first_name фамилия=last_name дата_рождения=date_of_birth телефон=phone город=city"),
        (
            "customers",
            "氏名=person_name 生年月日=date_of_birth 住所=street_address 電話番号=phone 郵便番号=postal_code",
        ),
        (
            "users",
            "姓名=person_name 手机号=phone 身份证号=national_id 出生日期=date_of_birth 地址=street_address",
        ),
        (
            "wage_shifts",
            "עובד=person_name כתובת=street_address טלפון=phone תאריך_לידה=date_of_birth שכר=money",
        ),
        ("العملاء", "الاسم=person_name العنوان=street_address رقم_الهاتف=phone"),
        ("고객", "이름=person_name 생년월일=date_of_birth 주소=street_address 휴대폰=phone"),
        ("members", "birthdate=date_of_birth homephone=phone zipcode=postal_code unitprice=money"),
        ("billing", "contributions_from_members=money SalesLastYear=money cost_total=money"),
    ],
)
def test_names_in_other_languages(con: duckdb.DuckDBPyConnection, table: str, names: str) -> None:
    expected = dict(pair.split("=") for pair in names.split())
    found = meanings(con, {name: VALUES[meaning] for name, meaning in expected.items()}, table=table)
    assert found == expected


@pytest.mark.parametrize(
    ("names", "languages"),
    [
        (["vorname", "ort", "id"], {"de"}),
        (["nom", "prenom", "pays"], {"fr"}),
        (["first_name", "land", "art", "via", "note", "data"], set()),
    ],
)
def test_the_languages_of_a_table(names: list[str], languages: set[str]) -> None:
    assert languages_of(names, "t") == languages


def test_words_that_mean_something_else_in_english_need_their_language_beside_them() -> None:
    assert words_of("land") == ("land",)
    assert words_of("fecha_de_nacimiento") == ("birth", "date")
    assert words_of("land", frozenset({"de"})) == ("country",)
    assert words_of("membership_carrier") == ("membership", "carrier")
    assert words_of("CountryCode_code") == ("country", "code")
    assert table_words("dim_customer_master") == ("dim", "customer")


def test_a_bare_name_beside_the_other_half_of_it(con: duckdb.DuckDBPyConnection) -> None:
    assert meanings(con, {"name": ODD, "surname": LAST})["name"] == "first_name"
    assert meanings(con, {"name": ODD, "vorname": FIRST})["name"] == "last_name"


def test_a_code_in_a_table_of_countries_is_theirs(con: duckdb.DuckDBPyConnection) -> None:
    codes = ["DE", "FR", "ES", "IT"]
    assert meanings(con, {"code": codes}, table="countries")["code"] == "country_code"
    assert meanings(con, {"code": ["EUR", "USD", "CHF", "GBP"]}, table="currency")["code"] == "currency_code"


def test_people_are_personal_though_no_list_knows_them(con: duckdb.DuckDBPyConnection) -> None:
    """A missed person is worse than a false alarm."""
    for values in (["A. Xhyr", "B. Qwandil", "C. Zerp", "D. Oxu"] * 9, ["name 1", "name 2", "name 3"] * 9):
        found = describe(con, {"full_name": values}, table="customers")["full_name"]
        assert (found.meaning.value, found.personal.value) == ("person_name", True)


def test_lists_of_people_and_family_names_before_commas(con: duckdb.DuckDBPyConnection) -> None:
    columns = {
        "c1": [f"{a} {b}, {b[:1]}olly {a}son, {a} {b}" for a, b in zip(FIRST, LAST, strict=True)],
        "c2": [f"{odd}, Mr. {first} Owen" for odd, first in zip(ODD, FIRST, strict=True)],
    }
    found = describe(con, {"cast": columns["c1"], "passenger": columns["c2"]})
    assert {column.meaning.value for column in found.values()} == {"person_name"}
    assert meanings(con, {"c2": columns["c2"]}) == {"c2": "person_name"}


@pytest.mark.parametrize(
    ("table", "name", "values"),
    [
        ("t", "state", ["active", "inactive", "pending"] * 9),
        ("t", "country", ["S", "M", "D", "W"] * 9),
        ("t", "mem_address", [f"0x{n:08x}" for n in range(900, 930)]),
        ("t", "web_address", [f"http://www.site{n}.com" for n in range(30)]),
        ("t", "tax_id_type", ["EIN", "ITIN", "OTHER"] * 9),
        ("t", "phone_type", ["home", "work", "mobile"] * 9),
        ("t", "address_count", ["1", "2", "3"] * 9),
        ("brands", "name", ["Swift", "Comet", "Glow", "Brisk", "Nova", "Sheen"] * 5),
        ("t", "siret", [f"123 456 78{n} 0001{n}" for n in range(9)]),
        ("t", "owner", ["Smith, Jones and Brown", "Miller Ltd", "Hill Group", "Reed Inc"] * 9),
        ("t", "mrtl_stat", ["S", "M", "D", "W"] * 9),
        ("t", "kontakt_art", ["Brief", "Fax", "Besuch"] * 9),
    ],
)
def test_what_only_looks_personal(
    con: duckdb.DuckDBPyConnection, table: str, name: str, values: list[str]
) -> None:
    found = describe(con, {name: values}, table=table)[name]
    assert not found.personal.value
    assert found.meaning.value not in ("region", "country", "gender")


def test_numbers_of_one_country_by_their_check_digits(con: duckdb.DuckDBPyConnection) -> None:
    """Bare digits: one in ten would pass by chance, all of them hardly."""
    dutch = [f"{n:09d}" for n in range(110000000, 110000200) if _bsn(f"{n:09d}")]
    assert len(dutch) >= 10
    assert meanings(con, {"c1": dutch}) == {"c1": "national_id"}
    plain = [f"{n:09d}" for n in range(110000000, 110000030)]
    assert meanings(con, {"c1": plain}) == {"c1": "unknown"}


def _bsn(digits: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11 == 0


def test_thirty_two_digits_may_be_a_hash(con: duckdb.DuckDBPyConnection) -> None:
    digits = [f"{n:032x}" for n in range(10**37, 10**37 + 9 * 7**40, 7**40)][:9]
    assert meanings(con, {"passwd": digits}) == {"passwd": "password_hash"}
    assert meanings(con, {"c1": digits}) == {"c1": "uuid"}


def test_colours_countries_and_genders_in_other_languages(con: duckdb.DuckDBPyConnection) -> None:
    columns = {
        "c1": ["rot", "blau", "grün", "schwarz"] * 9,
        "c2": ["Allemagne", "Espagne", "Suède", "Norvège"] * 9,
        "c3": ["hombre", "mujer"] * 18,
    }
    assert meanings(con, columns) == {"c1": "color", "c2": "country", "c3": "gender"}


def test_states_are_no_towns(con: duckdb.DuckDBPyConnection) -> None:
    """Each of them is a place somewhere as well."""
    states = [
        "California",
        "Florida",
        "Georgia",
        "Montana",
        "Nevada",
        "Ohio",
        "Oregon",
        "Texas",
        "Virginia",
        "Washington",
    ]
    assert meanings(con, {"c1": states}) == {"c1": "region"}
    assert meanings(con, {"c1": ["Boston", "Dallas", "Denver", "Seattle", *states[-2:]]}) == {"c1": "city"}


def test_customers_with_a_gender_are_persons(con: duckdb.DuckDBPyConnection) -> None:
    names = ["Qwandil Zerp Ltd", "Oxu Brakk", "Vint Jolp", "Wemm Krud"] * 2
    assert meanings(con, {"name": names}, table="customers") == {"name": "company_name"}
    assert meanings(con, {"name": names, "sex": list("MF") * 4}, table="customers")["name"] == "person_name"


def test_customers_without_the_word_of_a_firm_are_persons(con: duckdb.DuckDBPyConnection) -> None:
    names = ["Qwandil Zerp", "Oxu Brakk", "Vint Jolp", "Wemm Krud"] * 2
    assert meanings(con, {"name": names}, table="customers") == {"name": "person_name"}
    assert meanings(con, {"name": names}, table="suppliers") == {"name": "company_name"}


def test_numbers_behind_names(con: duckdb.DuckDBPyConnection) -> None:
    columns = {
        "first": [f"{name}{n}07" for n, name in enumerate(FIRST)],
        "last": [f"{name}9" for name in LAST],
    }
    assert meanings(con, columns) == {"first": "first_name", "last": "last_name"}


def test_colours_as_hex_digits_under_their_name(con: duckdb.DuckDBPyConnection) -> None:
    digits = ["4caf50", "2196f3", "607d8b", "cddc39", "#ff0000"]
    assert meanings(con, {"color": digits, "c1": digits})["color"] == "color"
    assert meanings(con, {"c1": digits})["c1"] != "color"


def test_one_value_proves_little(con: duckdb.DuckDBPyConnection) -> None:
    one, two = (describe(con, {"c1": names * 9})["c1"].meaning for names in (["Laura"], FIRST[:4]))
    assert one.confidence < 0.7 < two.confidence


def test_dates_of_birth_as_text_and_as_digits(con: duckdb.DuckDBPyConnection) -> None:
    mixed = ["08/04/1953", "21/01/1932", "07/06/1970", "/  /", "10/12/1921", "unbekannt"]
    digits = ["19530408", "19320121", "19700607", "19211210", "19810230", "19660101"]
    assert meanings(con, {"geburtsdatum": mixed, "dob": digits}) == dict.fromkeys(
        ("geburtsdatum", "dob"), "date_of_birth"
    )
    assert meanings(con, {"born": ["1953", "1932", "1970"]}) == {"born": "unknown"}


def test_evidence_is_a_sentence(con: duckdb.DuckDBPyConnection) -> None:
    cards = ["4111 1111 1111 1111", "5500 0000 0000 0004", "3400 0000 0000 009", "4111 1111 1111 1112"]
    columns = {"card_no": cards, "c1": FIRST[:4], "c2": LAST[:4], "city": ["Qua", "Otter", "Nord", "Wemm"]}
    found = {name: column.meaning.evidence for name, column in describe(con, columns).items()}
    assert found["card_no"] == (
        "the name says credit card, and 3 of 4 different values pass the Luhn check of card numbers"
    )
    assert found["c1"].startswith("all 4 different values are well-known first names, and there is a")
    assert found["city"] == "the name says city, and the values do not speak against it"
    unsure = describe(con, {"c1": [*ODD[:4], *FIRST[:6]]})["c1"].meaning
    assert unsure.value == "unknown"
    assert unsure.evidence.startswith("perhaps first name, but only 6 of 10 different values")


def test_fields_of_a_struct_are_named_with_what_holds_them(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TABLE raw.s (birth STRUCT(date DATE, place VARCHAR), phones VARCHAR[])")
    for n in range(8):
        con.execute(
            "INSERT INTO raw.s VALUES (?, ?)", [{"date": DAYS[n], "place": ODD[n]}, [f"030 90182{n}"]]
        )
    birth = Field(name="birth", type=parse_type("STRUCT<date DATE, place STRING>"))
    phones = Field(name="phones", type=parse_type("STRING"), mode=Mode.REPEATED)
    found = describe_leaves(con, "raw.s", birth) | describe_leaves(con, "raw.s", phones)
    assert {path: meaning.value for path, (meaning, _) in found.items()} == {
        ("birth", "date"): "date_of_birth",
        ("birth", "place"): "city",
        ("phones",): "phone",
    }


def test_hashed_passwords_that_were_read_as_bytes() -> None:
    facts = Facts.of(parse_type("BYTES").kind, Counter([f"bE3XiWw{n}Zk8sQ==" for n in range(9)]))
    [(meaning, personal)] = judge([Subject("PasswordHash", facts)], "logins")
    assert (meaning.value, personal.value) == ("password_hash", True)
    [(other, _)] = judge([Subject("thumbnail", facts)], "logins")
    assert other.value == "unknown"


@pytest.mark.parametrize("name", ["prix", "principal", "excise"])
def test_words_for_amounts_that_need_no_other_word(con: duckdb.DuckDBPyConnection, name: str) -> None:
    amounts = ["60", "120", "15", "20", "30", "16", "100", "60.5"]
    assert meanings(con, {"id": list("12345678"), name: amounts})[name] == "money"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("datanascimento", ("birth", "date")),
        ("ntelefone", ("phone", "number")),
        ("valoremprestimo", ("loan", "amount")),
        ("nomecliente", ("customer", "name")),
        ("nomeado", ("nomeado",)),
        ("valorizacao", ("valorizacao",)),
    ],
)
def test_the_head_of_a_name_is_written_right_before_the_rest(name: str, told: tuple[str, ...]) -> None:
    assert words_of(name, frozenset({"pt"})) == told


def test_what_is_written_together_in_portuguese_is_as_personal_as_apart(con) -> None:
    found = describe(con, {"ntelefone": VALUES["phone"], "datanascimento": DAYS}, table="identificacao")
    assert {name: (column.meaning.value, column.personal.value) for name, column in found.items()} == {
        "ntelefone": ("phone", True),
        "datanascimento": ("date_of_birth", True),
    }


@pytest.mark.parametrize(("table", "meaning"), [("provinces", "unknown"), ("wards", "place_name")])
def test_the_full_name_of_a_place_is_no_persons(con, table: str, meaning: str) -> None:
    called = [
        "Hà Giang",
        "Cao Bằng",
        "Lào Cai",
        "Sơn La",
        "Yên Bái",
        "An Giang",
        "Hà Nội",
        "Lai Châu",
        "Bắc Kạn",
    ]
    found = describe(con, {"name": called, "full_name": [f"Tỉnh {name}" for name in called]}, table=table)
    assert (found["full_name"].meaning.value, found["full_name"].personal.value) == (meaning, False)


def test_what_all_names_begin_with_stands_before_what_is_told_in_another_language(con) -> None:
    columns = {
        "clt_apellidos": VALUES["last_name"],
        "clt_nombre": VALUES["first_name"],
        "clt_direccion": VALUES["street_address"],
        "clt_fecha_nac": DAYS,
        "clt_salario": AMOUNTS,
    }
    expected = ("last_name", "first_name", "street_address", "date_of_birth", "money")
    assert meanings(con, columns, table="clientes") == dict(zip(columns, expected, strict=True))


@pytest.mark.parametrize("name", ["linenetamt", "OUTSTANDINGAMT"])
def test_amounts_behind_words_that_nobody_knows(con, name: str) -> None:
    assert meanings(con, {name: AMOUNTS}) == {name: "money"}


def test_three_codes_are_countries_by_accident_and_eight_are_not(con) -> None:
    few = [["LR", "HR", "MR"][n % 3] for n in range(48)]
    many = [["DE", "FR", "IT", "ES", "PL", "SE", "HU", "AT"][n % 8] for n in range(48)]
    assert meanings(con, {"rank": few, "k": many}) == {"rank": "category", "k": "country_code"}


@pytest.mark.parametrize("write", [str.lower, str.upper])
def test_letters_that_all_names_begin_with_say_nothing_in_capitals_either(
    con, write: Callable[[str], str]
) -> None:
    columns = {
        "oxprice": AMOUNTS,
        "oxbirthdate": DAYS,
        "oxfname": FIRST,
        "oxlname": LAST,
        "oxcity": VALUES["city"],
    }
    found = meanings(con, {write(name): values for name, values in columns.items()}, table="oxuser")
    assert list(found.values()) == ["money", "date_of_birth", "first_name", "last_name", "city"]


def test_in_which_letters_a_name_is_written_leaves_it_what_it_is(con) -> None:
    found = describe(con, {"first_name": FIRST, "last_name_latin": ODD}, table="commissioners")[
        "last_name_latin"
    ]
    assert (found.meaning.value, found.personal.value) == ("last_name", True)


def test_codes_of_many_countries_are_theirs_though_the_name_says_state(con) -> None:
    codes = ["DE", "FR", "IT", "ES", "PL", "SE", "HU", "AT", "BE", "NL", "LU", "DK"]
    assert meanings(con, {"member_state_code": codes * 4}) == {"member_state_code": "country_code"}


@pytest.mark.parametrize(
    ("table", "name", "values", "meaning"),
    [
        ("CUSTOMERS", "CUS_TEL", ["0514685282", "023242121", "023442542", "022326393"], "phone"),
        (
            "users",
            "phone_numbers",
            ["{(01x)639-8713x28}", "{302x974-1351x63,624x349.2116}", "{188x367-4765}"],
            "phone",
        ),
        ("employees", "birth", ["720828", "821215", "811111", "840305"], "date_of_birth"),
        ("candidates", "twitter", ["SKinnock", "Emily4Aberconwy", "jasonlibdem", "LisaGoodier"], "username"),
    ],
)
def test_personal_in_whatever_form(con, table: str, name: str, values: list[str], meaning: str) -> None:
    other = [f"{n}.5" for n in range(len(values))]
    found = describe(con, {"rating": other, "weight": other, name: values}, table=table)[name]
    assert (found.meaning.value, found.personal.value) == (meaning, True)
