import duckdb
import pytest
from typed_tables import add_table, link

from synth_core.model.types import BigQueryType
from synth_core.stages.relate.types import align, common_type


@pytest.mark.parametrize(
    ("types", "common"),
    [
        (["INT64", "INT64"], "INT64"),
        (["INT64", "NUMERIC"], "NUMERIC"),
        (["INT64", "NUMERIC(10, 2)"], "NUMERIC"),
        (["NUMERIC(10, 2)", "NUMERIC(8, 4)"], "NUMERIC(12, 4)"),
        (["NUMERIC", "BIGNUMERIC"], "BIGNUMERIC"),
        (["INT64", "STRING"], "STRING"),
        (["STRING(5)", "STRING(9)"], "STRING"),
        (["INT64", "FLOAT64"], "INT64"),
        (["DATE", "STRING"], "STRING"),
    ],
)
def test_common_type(types, common) -> None:
    for order in (types, types[::-1]):
        found = common_type(BigQueryType.model_validate(text) for text in order)
        assert found == BigQueryType.model_validate(common)


def test_columns_that_links_join_through_others_share_one_type() -> None:
    with duckdb.connect() as con:
        tables = [
            add_table(con, "a", "SELECT 1::BIGINT AS id, 1::BIGINT AS other"),
            add_table(con, "b", "SELECT 1::DECIMAL(9, 2) AS a_id"),
            add_table(con, "c", "SELECT '1' AS a_id"),
        ]
    links = [link("b", ("a_id",), "a", ("id",)), link("c", ("a_id",), "a", ("id",))]
    found = align(tables, links)
    assert [str(t.columns[0].type.value) for t in found] == ["STRING", "STRING", "STRING"]
    assert str(found[0].columns[1].type.value) == "INT64"
    assert "INT64 became STRING" in found[0].columns[0].type.evidence
