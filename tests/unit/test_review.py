"""What a person changes of a project, on projects in memory: each edit, what it carries along, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from synth_core.errors import ProjectError
from synth_core.model.dialect import Dialect
from synth_core.model.edits import (
    EDITS,
    AcceptAbove,
    AcceptColumn,
    AddLink,
    AddRule,
    AnyEdit,
    ChangeLink,
    DecideLink,
    DecideRule,
    RemoveLink,
    RemoveRule,
    RenameColumn,
    ScaleAll,
    SetDialect,
    SetExposure,
    SetFormat,
    SetMeaning,
    SetMode,
    SetPersonal,
    SetPrimaryKey,
    SetSources,
    SetTables,
    SetTarget,
    SetType,
    SetWanted,
)
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.profile import ColumnProfile, LinkProfile, Profile, TableProfile, TableRead, ValueCount
from synth_core.model.project import (
    Column,
    Exposure,
    Link,
    Project,
    Rule,
    SourceKind,
    Table,
    TableSource,
    Target,
)
from synth_core.model.types import INT64, STRING, BigQueryType, Mode
from synth_core.stages.review import Reviewed, apply, attention, merged, sure_columns
from synth_core.stages.review.whole import is_read_from

DATE = BigQueryType.model_validate("DATE")


def column(name: str, type: BigQueryType = STRING, *, sure: float = 0.95, **parts: Any) -> Column:
    said: dict[str, Any] = {
        "type": Inferred[BigQueryType](value=type, confidence=sure, evidence="seen"),
        "mode": Inferred[Mode](value=Mode.NULLABLE, evidence="seen"),
        "meaning": Inferred[str](value="category", confidence=sure, evidence="seen"),
        "personal": Inferred[bool](value=False, evidence="seen"),
    }
    return Column(name=name, **(said | parts))


def table(name: str, *columns: Column, header: int = 1, rows: int = 100, **more: Any) -> Table:
    source = TableSource(
        kind=SourceKind.DELIMITED, uri="/data", files=(f"/data/{name}.csv",), full_name=f"/data/{name}.csv"
    )
    dialect = Inferred[Dialect](value=Dialect(header_rows=header), confidence=0.95, evidence="seen")
    return Table(name=name, source=source, rows=rows, wanted=rows, dialect=dialect, columns=columns, **more)


def shop() -> Project:
    key = Inferred[tuple[str, ...]](value=("id",), confidence=0.99, evidence="unique")
    accepted = Inferred[bool](value=True, confidence=0.97, evidence="all occur")
    rule = Rule(kind="ordered", columns=("made", "sent"))
    return Project(
        name="shop",
        source="/data",
        target=Target(uri="/out"),
        tables=(
            table(
                "customers", column("id", INT64), column("city"), column("mail", sure=0.6), primary_key=key
            ),
            table(
                "orders",
                column("column_1", INT64),
                column("customer", INT64),
                column("made", DATE),
                column("sent", DATE),
                header=0,
                rules=(Inferred[Rule](value=rule, confidence=0.99, evidence="all rows"),),
            ),
        ),
        links=(
            Link(
                table="orders",
                columns=("customer",),
                ref_table="customers",
                ref_columns=("id",),
                accepted=accepted,
            ),
        ),
    )


def facts(project: Project) -> Profile:
    def of(each: Column) -> ColumnProfile:
        top = (ValueCount(value="Bern", count=40),)
        return ColumnProfile(
            name=each.name,
            path=(each.name,),
            rows=100,
            nulls=0,
            distinct=9,
            unique=False,
            top=top,
            top_rows=40,
        )

    return Profile(
        k=10,
        tables=tuple(
            TableProfile(table=each.name, rows=100, columns=tuple(map(of, each.columns))) for each in project.tables
        ),
        links=tuple(
            LinkProfile(
                table=link.table, columns=link.columns, ref_table=link.ref_table, ref_columns=link.ref_columns,
                rows=100, nulls=0, orphans=0, parents=50, unique=False,
            )
            for link in project.links
        ),
        read=tuple(
            TableRead(
                table=each.name,
                dialect=each.dialect.value if each.dialect else None,
                columns=tuple((one.name, str(one.type.value)) for one in each.columns),
            )
            for each in project.tables
        ),
    )  # fmt: skip


def edited(*edits: AnyEdit) -> Project:
    return apply(Reviewed(project=shop()), edits).project


CITY = {"table": "customers", "column": "city"}
LINK = {"table": "orders", "columns": ("customer",), "ref_table": "customers", "ref_columns": ("id",)}
RULE = Rule(kind="ordered", columns=("made", "sent"))


@pytest.mark.parametrize(
    ("edit", "part", "value"),
    [
        (SetType(**CITY, type=INT64), "type", INT64),
        (SetMode(**CITY, mode=Mode.REQUIRED), "mode", Mode.REQUIRED),
        (SetMeaning(**CITY, meaning="city"), "meaning", "city"),
        (SetPersonal(**CITY, personal=True), "personal", True),
    ],
)
def test_a_persons_word_remembers_what_it_stands_in_place_of(edit: AnyEdit, part: str, value: object) -> None:
    said = getattr(edited(edit).table("customers").column("city"), part)
    assert (said.value, said.origin, said.confidence) == (value, Origin.HUMAN, 1.0)
    assert said.evidence.startswith("in place of ") and said.evidence.endswith("measured: seen")
    others = [each for each in edited(edit).table("customers").columns if each.name != "city"]
    assert others == [each for each in shop().table("customers").columns if each.name != "city"]


def test_a_format_goes_with_another_kind_of_type_and_stays_with_the_same() -> None:
    orders = {"table": "orders", "column": "made"}
    written = SetFormat(**orders, format="%d.%m.%Y")
    assert edited(written).table("orders").column("made").format == "%d.%m.%Y"
    assert edited(written).table("orders").column("made").type.origin is Origin.HUMAN
    assert edited(written, SetType(**orders, type=STRING)).table("orders").column("made").format == ""
    assert edited(written, SetType(**orders, type=DATE)).table("orders").column("made").format == "%d.%m.%Y"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (SetType(table="nix", column="a", type=INT64), "There is no table 'nix'. The project has customers, orders"),
        (SetType(table="orders", column="a", type=INT64), "orders has column_1, customer"),
        (SetType(**CITY, type=BigQueryType.model_validate("STRUCT<a INT64>")), "nothing nested"),
        (SetFormat(table="orders", column="made", format="%H"), "DATE has no `%H`"),
        (SetFormat(table="orders", column="made", format="plain"), "DATE needs"),
        (SetMeaning(**CITY, meaning="citty"), "Did you mean `city`?"),
        (SetMode(**CITY, mode=Mode.REPEATED), "can't become REPEATED"),
        (SetMode(table="customers", column="id", mode=Mode.NULLABLE), "part of the primary key"),
        (RenameColumn(**CITY, name="town"), "only columns of files without a header"),
        (SetPrimaryKey(table="customers", columns=("id", "id")), "more than once"),
        (AddLink(**LINK | {"ref_columns": ("id", "city")}), "1 columns on one side and 2 on the other"),
        (AddLink(**LINK | {"ref_table": "orders", "ref_columns": ("customer",)}), "can't refer to itself"),
        (DecideLink(**LINK | {"columns": ("column_1",)}, accept=True), "There are: orders(customer) → customers(id)"),
        (AddRule(table="customers", rule=Rule(kind="ordered", columns=("id", "city"))), "have no order"),
        (RemoveRule(table="customers", rule=Rule(kind="ordered", columns=("id", "city"))), "It has none"),
        (SetTables(tables=("a", "a")), "more than once"),
        (SetSources(sources=("/data", "/data")), "more than once"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused_in_words(edit: AnyEdit, words: str) -> None:
    before = shop()
    with pytest.raises(ProjectError) as told:
        apply(Reviewed(project=before), [SetWanted(table="orders", wanted=1), edit])
    assert words in str(told.value)
    assert before == shop()


def test_what_becomes_personal_shows_no_value_any_more_nor_does_what_refers_to_it() -> None:
    before = shop()
    state = apply(
        Reviewed(project=before, profile=facts(before)),
        [SetPersonal(table="customers", column="id", personal=True)],
    )
    assert state.profile is not None
    assert [each.top for each in state.profile.table("customers").columns] == [
        (),
        *(2 * [facts(before).tables[0].columns[0].top]),
    ]
    assert state.profile.table("orders").column("customer").top == ()


def test_a_new_name_goes_everywhere() -> None:
    before = shop()
    edits = [RenameColumn(table="orders", column="made", name="day")]
    state = apply(Reviewed(project=before, profile=facts(before)), edits)
    assert state.project.table("orders").rules[0].value.columns == ("day", "sent")
    assert state.profile is not None and state.profile.table("orders").column("day")
    assert attention(state.project, state.profile) == attention(before, facts(before))


def test_the_key_makes_its_columns_required_and_lets_go_of_the_others() -> None:
    after = edited(SetPrimaryKey(table="customers", columns=("city", "mail"))).table("customers")
    assert after.key_columns == ("city", "mail")
    assert [each.mode.value for each in after.columns] == [Mode.NULLABLE, Mode.REQUIRED, Mode.REQUIRED]
    again = edited(
        SetPrimaryKey(table="customers", columns=("city",)), SetPrimaryKey(table="customers", columns=())
    ).table("customers")
    assert again.primary_key is not None and again.primary_key.origin is Origin.HUMAN
    assert [each.mode.value for each in again.columns] == [Mode.NULLABLE] * 3


def test_links_are_added_rejected_and_changed() -> None:
    new = AddLink(table="orders", columns=("column_1",), ref_table="customers", ref_columns=("city",))
    added = edited(new)
    assert [str(link) for link in added.accepted_links] == [
        "orders(customer) → customers(id)",
        "orders(column_1) → customers(city)",
    ]
    # Both sides have one type now, as inferring would make it.
    assert added.table("orders").column("column_1").type.value == STRING
    typed = SetType(table="orders", column="column_1", type=DATE)
    assert edited(typed, new).table("orders").column("column_1").type.value == DATE, "a person comes first"
    removed = RemoveLink(**dict(new) | {"kind": "remove-link"})
    assert edited(new, removed).links == shop().links, "what only a person said leaves nothing behind"
    [rejected] = edited(RemoveLink(**LINK)).links
    assert (rejected.accepted.value, rejected.accepted.origin) == (False, Origin.HUMAN)
    back = edited(RemoveLink(**LINK), DecideLink(**LINK, accept=True)).links
    assert [link.accepted.value for link in back] == [True]
    changed = edited(
        ChangeLink(**LINK, new_columns=("customer",), new_ref_table="customers", new_ref_columns=("city",))
    )
    assert [str(link) for link in changed.accepted_links] == ["orders(customer) → customers(city)"]
    assert len(changed.links) == 2


def test_a_rejected_rule_stays_known_and_can_come_back() -> None:
    gone = edited(RemoveRule(table="orders", rule=RULE)).table("orders")
    assert (gone.rules, gone.rejected_rules) == ((), (RULE,))
    back = edited(
        DecideRule(table="orders", rule=RULE, accept=False),
        DecideRule(table="orders", rule=RULE, accept=True),
    ).table("orders")
    assert ([each.value for each in back.rules], back.rejected_rules) == ([RULE], ())
    mine = Rule(kind="ordered", columns=("column_1", "customer"))
    own = edited(AddRule(table="orders", rule=mine), RemoveRule(table="orders", rule=mine)).table("orders")
    assert own.rejected_rules == ()


def test_a_project_without_rejected_rules_is_written_as_before() -> None:
    assert "rejected_rules" not in shop().model_dump_json()
    assert "rejected_rules" in edited(RemoveRule(table="orders", rule=RULE)).model_dump_json()


def test_the_whole_project_is_edited() -> None:
    after = edited(
        ScaleAll(share=0.001),
        SetTarget(mode="replace"),
        SetExposure(exposure=Exposure.SCHEMA),
        SetTables(tables=("customers",)),
    )
    assert [each.name for each in after.tables] == ["customers"] and after.only == ("customers",)
    assert (after.tables[0].wanted, after.links, after.exposure) == (1, (), Exposure.SCHEMA)
    assert (after.target.uri, after.target.mode) == ("/out", "replace")


def test_accepting_takes_what_is_sure_and_leaves_what_is_not() -> None:
    assert sure_columns(shop(), 0.9) == 6
    after = edited(AcceptAbove(confidence=0.9))
    humans = [
        each.name
        for one in after.tables
        for each in one.columns
        if each.type.origin is Origin.HUMAN and each.personal.origin is Origin.HUMAN
    ]
    assert humans == ["id", "city", "column_1", "customer", "made", "sent"]
    assert after.table("customers").column("mail") == shop().table("customers").column("mail")
    assert all(one.dialect and one.dialect.origin is Origin.HUMAN for one in after.tables)
    assert after.table("customers").primary_key == shop().table("customers").primary_key
    assert sure_columns(after, 0.9) == 0
    keys = edited(AcceptAbove(confidence=0.9, step="keys", table="orders"))
    assert (
        keys.links[0].accepted.origin is Origin.HUMAN and keys.table("orders").rules[0].origin is Origin.HUMAN
    )
    assert keys.table("customers") == shop().table("customers")


def test_what_the_source_declares_needs_nobodys_word() -> None:
    declared = Inferred[BigQueryType](value=INT64, origin=Origin.DECLARED)
    before = shop()
    customers = before.table("customers").model_copy(
        update={
            "columns": (
                column("id", type=INT64).model_copy(update={"type": declared}),
                *before.table("customers").columns[1:],
            )
        }
    )
    project = before.model_copy(update={"tables": (customers, before.tables[1])})
    after = apply(Reviewed(project=project), [AcceptColumn(table="customers", column="id")]).project
    assert after.table("customers").column("id").type == declared
    assert after.table("customers").column("id").meaning.origin is Origin.HUMAN


def test_edits_are_read_and_written_as_json() -> None:
    edits: tuple[AnyEdit, ...] = (SetType(**CITY, type=INT64), AddLink(**LINK), ScaleAll(share=0.5))
    assert EDITS.validate_json(EDITS.dump_json(edits)) == edits


OTHER = ChangeLink(**LINK, new_columns=("column_1",), new_ref_table="customers", new_ref_columns=("id",))


def key(*columns: str) -> SetPrimaryKey:
    return SetPrimaryKey(table="orders", columns=columns)


def split_at(sign: str) -> SetDialect:
    return SetDialect(table="orders", dialect=Dialect(delimiter=sign))


def called(name: str) -> RenameColumn:
    return RenameColumn(table="orders", column="made", name=name)


class TestMerging:
    def test_other_fields_merge_and_the_same_field_is_a_conflict(self) -> None:
        theirs = edited(SetMeaning(**CITY, meaning="city"))
        mine: list[AnyEdit] = [SetType(**CITY, type=INT64), SetWanted(table="orders", wanted=7)]
        assert merged(shop(), theirs, mine) == (tuple(mine), [])
        _, [found] = merged(shop(), theirs, [*mine, SetMeaning(**CITY, meaning="country")])
        assert (found.place, found.base, found.theirs, found.mine) == (
            "meaning of customers.city", "category", "city", "country",
        )  # fmt: skip

    def test_who_says_the_same_has_no_conflict(self) -> None:
        theirs = edited(SetMeaning(**CITY, meaning="city"), RemoveLink(**LINK))
        assert (
            merged(shop(), theirs, [SetMeaning(**CITY, meaning="city"), DecideLink(**LINK, accept=False)])[1]
            == []
        )

    @pytest.mark.parametrize(
        ("theirs", "mine", "place"),
        [
            (RemoveLink(**LINK), OTHER, ""),
            (key("column_1"), key("customer"), "primary key of orders"),
            (SetWanted(table="orders", wanted=5), ScaleAll(share=0.5), "rows wanted of orders"),
            (split_at(";"), split_at("|"), "how orders is written"),
            (called("a"), called("b"), "name of orders.made"),
            (SetTarget(uri="/a"), SetTarget(uri="/b", mode="replace"), "target uri"),
            (SetTables(tables=("orders",)), SetTables(tables=("customers",)), "tables"),
            (SetSources(sources=("/a",)), SetSources(sources=("/b",)), "places to read"),
        ],
    )  # fmt: skip
    def test_each_kind_of_edit_knows_what_it_decides(
        self, theirs: AnyEdit, mine: AnyEdit, place: str
    ) -> None:
        found = merged(shop(), edited(theirs), [mine])[1]
        assert [each.place for each in found] == ([place] if place else [])

    def test_only_what_was_seen_is_accepted(self) -> None:
        """Somebody inferred again meanwhile: another type is measured now, which nobody has looked at."""
        base = shop()
        measured = Inferred[BigQueryType](value=INT64, confidence=0.99, evidence="measured again")
        columns = tuple(
            each.model_copy(update={"type": measured}) if each.name == "city" else each
            for each in base.table("customers").columns
        )
        customers = base.table("customers").model_copy(update={"columns": columns})
        theirs = base.model_copy(update={"tables": (customers, base.tables[1])})
        edits, conflicts = merged(base, theirs, [AcceptAbove(confidence=0.9)])
        assert conflicts == []
        after = apply(Reviewed(project=theirs), edits).project.table("customers").column("city")
        assert (after.type, after.meaning.origin) == (measured, Origin.HUMAN)


class TestAttention:
    def places(self, project: Project, profile: Profile | None = None) -> list[tuple[str, str, str]]:
        found = attention(project, profile or facts(project))
        return [(each.step, each.what, each.place or f"{each.table}.{each.column}") for each in found]

    def test_what_nobody_is_sure_of_until_a_person_says_so(self) -> None:
        mail = [("schema", "type", "customers.mail"), ("schema", "meaning", "customers.mail")]
        assert self.places(shop()) == mail
        assert self.places(edited(AcceptColumn(table="customers", column="mail"))) == []

    def test_a_text_that_may_tell_who_somebody_is_is_looked_at_unless_it_is_a_key(self) -> None:
        unknown = SetMeaning(**CITY, meaning="unknown")
        project = edited(unknown, AcceptColumn(table="customers", column="mail"))
        assert self.places(project) == [], "a person says that it is unknown"
        open_ = Inferred[str](value="unknown", confidence=0.7)
        telling = Inferred[bool](value=False, confidence=0.45)
        columns = tuple(
            each.model_copy(update={"meaning": open_, "personal": telling})
            for each in project.table("customers").columns
        )
        tables = (project.table("customers").model_copy(update={"columns": columns}), project.tables[1])
        found = self.places(project.model_copy(update={"tables": tables}))
        assert found == [("schema", "personal", "customers.city"), ("schema", "personal", "customers.mail")]

    def test_what_it_is_and_whether_it_is_personal_are_one_question(self) -> None:
        columns = tuple(
            each.model_copy(
                update={
                    "meaning": Inferred[str](value="date_of_birth", confidence=0.6),
                    "personal": Inferred[bool](value=True, confidence=sure),
                }
            )
            for each, sure in zip(shop().table("customers").columns, (0.6, 0.9), strict=False)
        )
        table = shop().table("customers").model_copy(update={"columns": columns, "primary_key": None})
        project = shop().model_copy(update={"tables": (table,), "links": ()})
        looks = [each for each in attention(project, facts(project)) if each.what in ("meaning", "personal")]
        assert [(each.what, each.with_personal) for each in looks] == [("meaning", True), ("meaning", False)]
        assert looks[0].why.startswith("Date of birth, personal, is 60 % sure")

    def test_what_was_changed_since_it_was_measured(self) -> None:
        before = edited(AcceptColumn(table="customers", column="mail"))
        new = AddLink(table="orders", columns=("column_1",), ref_table="customers", ref_columns=("id",))
        edits: list[AnyEdit] = [
            SetType(**CITY, type=INT64),
            SetDialect(table="orders", dialect=Dialect(delimiter=";", header_rows=0)),
            new,
        ]
        after = apply(Reviewed(project=before), edits).project
        assert self.places(after, facts(before)) == [
            ("schema", "type", "customers.city"),
            ("schema", "dialect", "orders."),
            ("keys", "link", "orders(column_1) → customers(id)"),
        ]

    def test_what_does_not_fit_together(self) -> None:
        before = edited(AcceptColumn(table="customers", column="mail"))
        twice = AddLink(table="orders", columns=("customer",), ref_table="customers", ref_columns=("city",))
        after = apply(
            Reviewed(project=before),
            [SetMode(**CITY, mode=Mode.REQUIRED), SetType(**CITY, type=STRING), twice],
        ).project
        some = facts(after)
        nulls = some.tables[0].model_copy(
            update={"columns": tuple(each.model_copy(update={"nulls": 5}) for each in some.tables[0].columns)}
        )
        told = " ".join(
            each.why for each in attention(after, some.model_copy(update={"tables": (nulls, some.tables[1])}))
        )
        assert "5 of 100 rows have no value" in told
        assert told.count("more than one key") == 2

    def test_a_chosen_table_that_is_not_read_yet(self) -> None:
        after = edited(
            SetTables(tables=("customers", "returns")), AcceptColumn(table="customers", column="mail")
        )
        assert self.places(after) == [("sources", "table", "returns.")]
        nothing = after.model_copy(update={"tables": (), "links": ()})
        assert [each[0] for each in self.places(nothing)] == ["sources"]

    def test_a_new_place_is_read_later_and_what_was_read_of_others_stays(self) -> None:
        accepted = AcceptColumn(table="customers", column="mail")
        after = edited(SetSources(sources=("/data", "bigquery:acme.crm#calls,visits")), accepted)
        assert after.source == "/data 'bigquery:acme.crm#calls,visits'"
        assert [each.name for each in after.tables] == ["customers", "orders"] and after.links
        assert self.places(after) == [("sources", "source", "bigquery:acme.crm#calls,visits")]
        moved = apply(
            Reviewed(project=after), [SetSources(sources=("bigquery:acme.crm#calls,visits",))]
        ).project
        assert (moved.tables, moved.links) == ((), ())

    def test_a_table_of_a_warehouse_is_of_the_place_that_selects_it(self) -> None:
        source = TableSource(kind=SourceKind.WAREHOUSE, uri="bigquery:a.b", full_name="a.b.c", table="c")
        one = Table(name="b_c", source=source, rows=1, wanted=1, columns=())
        read = [f"bigquery:a.b{end}" for end in ("", "#c", "#d", "#d,c")]
        assert [is_read_from(one, each) for each in (*read, "duckdb:x", "n=bigquery:a.b.c")] == [
            *(True, True, False, True),
            *(False, True),
        ]
