import pytest

from synth_core.stages.relate.lexicon import singular
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.phrases import is_silent, likeness, words


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("BillToAddressID", ("bill", "to", "address", "id")),
        ("order_details", ("order", "detail")),
        ("Order Details", ("order", "detail")),
        ("teamIDwinner", ("team", "id", "winner")),
        ("HTTPServer2", ("http", "server", "2")),
        ("park.key", ("park", "key")),
        ("straßen_nr", ("straßen", "nr")),
        ("--", ()),
    ],
)
def test_words(name, parts) -> None:
    assert words(name) == parts


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("companies", "company"),
        ("addresses", "address"),
        ("orders", "order"),
        ("status", "status"),
        ("gas", "gas"),
        ("movies", singular("movie")),
        ("Kategorien", singular("Kategorie")),
    ],
)
def test_singular(plural, one) -> None:
    assert singular(plural) == one


@pytest.mark.parametrize(
    ("name", "silent"), [("column_1", True), ("c0", True), ("X 12", True), ("q1_sales", False)]
)
def test_names_that_only_count(name, silent) -> None:
    assert is_silent(name) is silent


def test_abbreviations_are_like_what_they_abbreviate() -> None:
    assert likeness("cust", "customer") > 0.8 and likeness("dept", "department") > 0.6
    assert likeness("cust", "supplier") == 0 and likeness("c", "customer") == 0


@pytest.mark.parametrize(
    ("column", "parent", "key", "least"),
    [
        ("customer_id", "customers", "id", 0.9),
        ("CustomerID", "customers", "customer_id", 0.9),
        ("cust_no", "customer", "cust_no", 0.9),
        ("billing_customer_id", "customers", "id", 0.8),
        ("custkey", "customer", "custkey", 0.9),
        ("sales_rep_id", "employees", "employee_id", 0.7),
        ("origin", "airports", "iata", 0.6),
        ("follower_id", "users", "id", 0.6),
        ("s_id", "student", "student_id", 0.6),
    ],
)
def test_names_of_links_agree(column, parent, key, least) -> None:
    names = Names({"t": [column, "amount"], parent: [key, "name"]})
    assert names.agreement("t", column, parent, key) >= least


@pytest.mark.parametrize(
    ("column", "parent", "key"),
    [
        ("supplier_id", "customers", "id"),
        ("id", "customers", "id"),
        ("quantity", "products", "product_id"),
        ("s_id", "customers", "id"),
    ],
)
def test_names_of_others_do_not(column, parent, key) -> None:
    names = Names({"t": [column, "amount"], parent: [key, "name"]})
    assert names.agreement("t", column, parent, key) <= 0.45


def test_a_prefix_of_all_columns_says_nothing() -> None:
    names = Names(
        {"lineitem": ["l_orderkey", "l_linenumber", "l_tax"], "orders": ["o_orderkey", "o_status", "o_date"]}
    )
    assert names.agreement("lineitem", "l_orderkey", "orders", "o_orderkey") >= 0.9


def test_each_half_of_a_table_called_after_two_things() -> None:
    names = Names({"student_courses": ["student_id", "course_id"], "courses": ["course_id", "title"]})
    assert names.is_half_of_pair("student_courses", "course_id")
    assert not names.is_half_of_pair("courses", "course_id")


def test_what_no_table_is_called_is_no_half_but_the_thing_itself() -> None:
    names = Names({"course_offering": ["offering_id", "course_id"], "course": ["course_id", "title"]})
    assert not names.is_half_of_pair("course_offering", "offering_id")


def _names() -> Names:
    return Names(
        {
            "address": ["addressid", "stateprovinceid", "city"],
            "addresstype": ["addresstypeid", "name"],
            "stateprovince": ["stateprovinceid", "name"],
            "currency": ["currencycode", "name"],
            "currencyrate": ["currencyrateid", "fromcurrencycode", "tocurrencycode"],
            "contacts": ["id", "group_id", "name"],
            "contact_groups": ["id", "name"],
            "user_groups": ["id", "name", "colour"],
            "statement": ["statement_id", "state"],
            "state": ["state_id", "colour"],
        }
    )


@pytest.mark.parametrize(
    ("table", "column", "parts"),
    [
        ("addresstype", "addresstypeid", ("address", "type", "id")),
        ("currencyrate", "fromcurrencycode", ("from", "currency", "code")),
        ("currencyrate", "tocurrencycode", ("to", "currency", "code")),
        ("statement", "statement_id", ("statement", "id")),
    ],
)
def test_words_that_are_written_together_are_cut_at_words_of_the_schema(table, column, parts) -> None:
    assert _names().column(table, column) == parts


def test_a_group_of_contacts_is_the_parent_before_other_groups() -> None:
    names = _names()
    own = names.agreement("contacts", "group_id", "contact_groups", "id")
    assert own > names.agreement("contacts", "group_id", "user_groups", "id") + 0.05


def test_further_columns_of_one_name_agree_only_if_they_are_about_their_table() -> None:
    names = _names()
    assert names.agreement("state", "colour", "user_groups", "colour", is_key=False) <= 0.5
    assert (
        names.agreement("address", "stateprovinceid", "stateprovince", "stateprovinceid", is_key=False) >= 0.9
    )


@pytest.mark.parametrize(
    ("column", "counts"), [("count_teams", True), ("num_pages", True), ("number", False), ("count_id", False)]
)
def test_columns_that_count(column, counts) -> None:
    assert Names({"matches": [column]}).counts("matches", column) is counts


@pytest.mark.parametrize(
    ("column", "table"),
    [("id_jefe", "empleados"), ("recommendedby", "members"), ("Vorgesetzter_Nr", "mitarbeiter")],
)
def test_roles_of_other_languages_and_of_those_who_did_something(column, table) -> None:
    names = Names({table: ["id", column]})
    assert names.agreement(table, column, table, "id") >= 0.7


def test_an_identifier_of_a_table_with_more_words_is_of_something_else_unless_they_are_a_role() -> None:
    names = Names({"country": ["country_id", "country_region_id", "parent_country_id", "name"]})
    assert names.agreement("country", "country_region_id", "country", "country_id") < 0.5
    assert names.agreement("country", "parent_country_id", "country", "country_id") >= 0.7


def test_what_a_thing_is_known_by_where_nothing_identifies_it() -> None:
    names = Names({"department": ["dept_name", "building"], "staff": ["name", "staff_id"], "city": ["name"]})
    assert names.is_known_by("department", "dept_name", ()) and names.is_known_by("city", "name", ())
    assert not names.is_known_by("department", "building", ())
    assert not names.is_known_by("staff", "name", ["staff_id"]) and names.is_known_by("staff", "name", [])


def test_an_identifier_of_another_table_is_not_what_a_thing_is_known_by() -> None:
    names = Names({"airport": ["name", "address_id"], "address": ["address_id", "city"]})
    assert names.is_of_other("airport", "address_id") and not names.is_of_other("address", "address_id")
    assert names.is_known_by("airport", "name", ["address_id"])


def test_a_role_before_a_table_and_its_key() -> None:
    names = Names({"flight": ["from_airport_name"], "airport": ["name"]})
    assert names.agreement("flight", "from_airport_name", "airport", "name") >= 0.9


def test_an_end_that_both_tables_have_is_the_own_one() -> None:
    tables = {"category_path": ["path_id"], "extension_path": ["id"], "path": ["id"]}
    names = Names(tables)
    assert names.agreement("category_path", "path_id", "extension_path", "id") < 0.6
    assert names.agreement("category_path", "path_id", "path", "id") >= 0.9


def test_what_all_tables_begin_with_says_nothing() -> None:
    names = Names({"oc_zone": ["id"], "oc_shop": ["id"], "oc_item": ["id"], "oc_zone_to_shop": ["zone_id"]})
    assert names.table("oc_zone_to_shop") == ("zone", "to", "shop")
    assert names.is_built_of("oc_zone_to_shop", "oc_shop") and not names.is_built_of("oc_shop", "oc_zone")


@pytest.mark.parametrize(
    ("column", "parts"), [("uid", ("u", "id")), ("bid", ("bid",)), ("mgrid", ("mgr", "id"))]
)
def test_one_letter_or_a_role_before_id(column, parts) -> None:
    assert Names({"users": [column]}).column("users", column) == parts


def test_a_letter_stands_for_its_own_table() -> None:
    names = Names({"users": ["uid"], "orders": ["merchant_id", "u_id"], "merchants": ["mid"]})
    assert names.own_key("users", "uid") >= 0.7
    assert names.agreement("orders", "merchant_id", "merchants", "mid") >= 0.9


def test_what_is_related_to_a_thing_is_another_of_these() -> None:
    names = Names({"product": ["id"], "product_related": ["product_id", "related_id"]})
    assert names.agreement("product_related", "related_id", "product", "id") >= 0.7
