"""What sqlglot leaves out, or gets wrong, on the way from GoogleSQL to DuckDB."""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb
from servers.bigquery.files.text import PLAIN, Unfit, attempt
from servers.bigquery.types import NAMES
from sqlglot import exp

MACROS = r"""
CREATE MACRO bq_safe_int64(x) AS CASE
    WHEN typeof(x) = 'VARCHAR' THEN CASE
        WHEN regexp_full_match(x::VARCHAR, '\s*[+-]?([0-9]+|0[xX][0-9a-fA-F]+)\s*') THEN TRY_CAST(x AS BIGINT) END
    WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN TRY_CAST(round(TRY_CAST(x AS DOUBLE)) AS BIGINT)
    ELSE TRY_CAST(x AS BIGINT) END;
CREATE MACRO bq_safe_float64(x) AS CASE
    WHEN typeof(x) = 'VARCHAR' AND NOT regexp_full_match(x::VARCHAR,
        '(?i)\s*[+-]?([0-9]+\.?[0-9]*([eE][+-]?[0-9]+)?|\.[0-9]+([eE][+-]?[0-9]+)?|inf|infinity|nan)\s*') THEN NULL
    ELSE TRY_CAST(x AS DOUBLE) END;
CREATE MACRO bq_safe_bool(x) AS CASE
    WHEN typeof(x) = 'VARCHAR' THEN CASE lower(x::VARCHAR) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END
    ELSE TRY_CAST(x AS BOOLEAN) END;
CREATE MACRO bq_safe_date(x) AS CASE
    WHEN typeof(x) = 'VARCHAR' AND NOT regexp_full_match(x::VARCHAR, '\s*[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}\s*') THEN NULL
    ELSE TRY_CAST(x AS DATE) END;
CREATE MACRO bq_safe_datetime(x) AS CASE
    WHEN typeof(x) = 'VARCHAR' AND NOT regexp_full_match(x::VARCHAR,
        '\s*[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}([ Tt][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{0,9})?)?)?\s*') THEN NULL
    ELSE TRY_CAST(x AS TIMESTAMP) END;
CREATE MACRO bq_safe_timestamp(x) AS CASE
    WHEN typeof(x) = 'VARCHAR' AND NOT regexp_full_match(x::VARCHAR,
        '\s*[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}([ Tt][0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{0,9})?)?)?'
        || '\s*([zZ]|UTC|[+-][0-9]{1,2}(:?[0-9]{2})?|[A-Za-z_]+/[A-Za-z_]+)?\s*') THEN NULL
    ELSE TRY_CAST(x AS TIMESTAMPTZ) END;
CREATE MACRO bq_safe_time(x) AS CASE
    WHEN typeof(x) = 'VARCHAR' AND NOT regexp_full_match(x::VARCHAR,
        '\s*[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]{0,6})?\s*') THEN NULL
    ELSE TRY_CAST(x AS TIME) END;
CREATE MACRO bq_string(x) AS CASE
    WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN regexp_replace(CAST(x AS VARCHAR), '\.0$', '')
    WHEN starts_with(typeof(x), 'DECIMAL') AND contains(CAST(x AS VARCHAR), '.')
        THEN rtrim(rtrim(CAST(x AS VARCHAR), '0'), '.')
    ELSE CAST(x AS VARCHAR) END;
CREATE MACRO bq_byte_length(x) AS CASE WHEN typeof(x) = 'BLOB'
    THEN octet_length(CAST(x AS BLOB)) ELSE strlen(CAST(x AS VARCHAR)) END;
CREATE MACRO bq_farm_fingerprint(x) AS CAST(CAST(hash(x) AS HUGEINT) - 9223372036854775808 AS BIGINT);
CREATE MACRO bq_divide(a, b) AS CASE WHEN b = 0
    THEN error('division by zero: ' || CAST(a AS VARCHAR) || ' / ' || CAST(b AS VARCHAR)) ELSE a / b END;
CREATE MACRO bq_top(x, n) AS list_transform(
    list_sort(list_concat(
        COALESCE(list_transform(map_entries(list_aggregate(list(x), 'histogram')),
            lambda e: {'c': -CAST(e.value AS BIGINT), 'v': e.key}), []),
        CASE WHEN count(*) > count(x) THEN [{'c': count(x) - count(*), 'v': NULL}] ELSE [] END))[1:n],
    lambda e: {'value': e.v, 'count': -e.c});
CREATE MACRO bq_distinct(x) AS COALESCE(list_unique(list(x)), 0);
CREATE MACRO bq_quantiles(x, n) AS list_select(
    list_sort(list(x) FILTER (WHERE x IS NOT NULL)),
    list_transform(range(0, n + 1), lambda i: greatest(1, CAST(ceil(count(x) * i / n) AS BIGINT))));
CREATE MACRO bq_to_json_string(x) AS COALESCE(CAST(to_json(x) AS VARCHAR), 'null');
"""
"""The functions that a cast or a call becomes; each asks for the type of its argument, as GoogleSQL's do.

Some collect lists where DuckDB has an aggregate (`histogram`, `COUNT(DISTINCT …)`, `quantile_disc`): for hundreds of
columns at once that takes a fiftieth of the time.
"""

CASTS = {
    "INT64": "int64",
    "FLOAT64": "float64",
    "BOOL": "bool",
    "DATE": "date",
    "DATETIME": "datetime",
    "TIMESTAMP": "timestamp",
    "TIME": "time",
}
FULL = {"DECIMAL": (38, 9), "BIGDECIMAL": (38, 18)}


def install(con: duckdb.DuckDBPyConnection) -> None:
    """Make the macros, once for a database."""
    con.execute(MACROS)
    for name in CASTS.values():
        con.execute(
            f"CREATE MACRO bq_{name}(x) AS CASE WHEN x IS NULL THEN NULL ELSE COALESCE(bq_safe_{name}(x), "
            f"error('Bad {name} value: ' || COALESCE(CAST(x AS VARCHAR), ''))) END"
        )


def rewrite(tree: exp.Expression, kind_of: Callable[[exp.Expression], str] = lambda _: "") -> exp.Expression:
    """The tree for DuckDB's generator. `kind_of` knows the type of a column, under the service's name."""
    for node in reversed(list(tree.walk())):
        made = _one(node, kind_of)
        if made is node:
            continue
        if node is tree:
            tree = made
        else:
            node.replace(made)
    return tree


def call(name: str, *args: exp.Expression | str) -> exp.Anonymous:
    """A call of a function of DuckDB; the arguments are taken, not copied."""
    made = [arg if isinstance(arg, exp.Expression) else exp.Literal.string(arg) for arg in args]
    return exp.Anonymous(this=name, expressions=made)


def cast(value: exp.Expression, to: str) -> exp.Cast:
    """A cast to a type of DuckDB; the value is taken, not copied."""
    return exp.Cast(this=value, to=exp.DataType.build(to, dialect="duckdb"))


def _one(node: exp.Expression, kind_of: Callable[[exp.Expression], str]) -> exp.Expression:
    match node:
        case exp.DataType() if node.this.name in FULL and not node.expressions:
            sizes = [exp.DataTypeParam(this=exp.Literal.number(size)) for size in FULL[node.this.name]]
            return exp.DataType(this=exp.DType.DECIMAL, expressions=sizes)
        case exp.DataType() if node.this.name == "BIGDECIMAL":
            return exp.DataType(this=exp.DType.DECIMAL, expressions=node.expressions)
        case exp.Cast() | exp.TryCast():
            return _cast(node)
        case exp.ApproxDistinct():
            return call("bq_distinct", node.this)
        case exp.ApproxQuantiles():
            return _quantiles(node)
        case exp.ApproxTopK():
            return call("bq_top", node.this, node.expression)
        case exp.IgnoreNulls() if isinstance(node.this, exp.Anonymous | exp.Count):
            return node.this.copy()
        case exp.IgnoreNulls() if isinstance(node.this, exp.ArrayAgg):
            return _listed(node.this, nulls=False)
        case exp.RespectNulls() if isinstance(node.this, exp.ArrayAgg):
            return _listed(node.this, nulls=True)
        case exp.ArrayAgg() if not isinstance(node.parent, exp.IgnoreNulls | exp.RespectNulls):
            return _listed(node, nulls=True)
        case exp.GroupConcat() if isinstance(node.this, exp.Limit):
            listed = _listed(exp.ArrayAgg(this=node.this.copy()), nulls=False)
            return call("array_to_string", listed, node.args.get("separator") or exp.Literal.string(","))
        case exp.Extract() if node.name.upper() == "ISOWEEK":
            return exp.Extract(this=exp.var("WEEK"), expression=node.expression.copy())
        case exp.Extract() if node.name.upper() == "DAYOFWEEK":
            # BigQuery counts from Sunday, which is 1.
            sunday = call("dayofweek", node.expression.copy())
            return exp.Paren(this=exp.Add(this=sunday, expression=exp.Literal.number(1)))
        case exp.FarmFingerprint():
            return call("bq_farm_fingerprint", node.expressions[0])
        case exp.UnixToTime():
            return _from_epoch(node)
        case exp.SafeFunc():
            return call("TRY", node.this)
        case exp.Div() if not node.args.get("safe"):
            return call("bq_divide", node.this, node.expression)
        case exp.Format():
            return _format(node)
        case exp.DateAdd() | exp.DateSub():
            return node if isinstance(node.parent, exp.Cast) else cast(node.copy(), "DATE")
        case exp.DateTrunc():
            known = kind_of(node.this)
            to = {"TIMESTAMP": "TIMESTAMPTZ", "DATETIME": "TIMESTAMP"}.get(known, "DATE")
            return node if isinstance(node.parent, exp.Cast) else cast(node.copy(), to)
        case exp.StrToTime() if not isinstance(node.parent, exp.Cast):
            return cast(node.copy(), "TIMESTAMPTZ")
        case exp.CurrentDatetime():
            return cast(call("now"), "TIMESTAMP")
        case exp.JSONFormat():
            return call("bq_to_json_string", node.this)
        case exp.ByteLength():
            return call("bq_byte_length", node.this)
        case exp.Unnest():
            return _unnest(node)
    return node


def _cast(node: exp.Cast) -> exp.Expression:
    if node.args.get("format") is not None or (
        isinstance(node.this, exp.DateAdd | exp.DateSub | exp.DateTrunc | exp.StrToTime)
    ):
        return node
    wanted = node.args["to"].sql("bigquery").split("(")[0].upper()
    if isinstance(node.this, exp.Null) or _is_plain(node.this, wanted):
        return node
    safe = isinstance(node, exp.TryCast)
    if wanted in CASTS:
        return call(f"bq_{'safe_' if safe else ''}{CASTS[wanted]}", node.this)
    if wanted == "STRING":
        return call("bq_string", node.this)
    return node


def _is_plain(value: exp.Expression, wanted: str) -> bool:
    """A text that is certainly of the type: a cast of DuckDB does, which costs much less than a macro."""
    if not isinstance(value, exp.Literal) or not value.is_string:
        return False
    if wanted == "STRING":
        return True
    parse = PLAIN.get(NAMES.get(wanted, wanted))
    if wanted == "BOOL" or wanted not in CASTS or parse is None:
        return False
    try:
        attempt(parse, value.name)
    except Unfit:
        return False
    return ("/" not in value.name and not value.name.strip().lstrip("-").isdigit()) or wanted in (
        "INT64",
        "FLOAT64",
    )


def rows_as_values(tree: exp.Expression) -> exp.Expression:
    """Many rows that are put together by UNION ALL, as one VALUES: DuckDB plans hundreds of SELECTs for minutes."""
    for union in list(tree.find_all(exp.Union)):
        if isinstance(union.parent, exp.Union):
            continue
        selects = _constants(union)
        if len(selects) < 10:
            continue
        names = [item.alias_or_name for item in selects[0].selects]
        rows = [exp.Tuple(expressions=[item.unalias() for item in select.selects]) for select in selects]
        alias = exp.TableAlias(
            this=exp.to_identifier("_rows"), columns=[exp.to_identifier(name, quoted=True) for name in names]
        )
        made = exp.select(*[exp.column(name, quoted=True) for name in names]).from_(
            exp.Values(expressions=rows, alias=alias)
        )
        if union is tree:
            return made
        union.replace(made)
    return tree


def _constants(union: exp.Expression) -> list[exp.Select]:
    """The parts of a UNION ALL, if each is a row of its own without a table."""
    found: list[exp.Select] = []
    rest: list[exp.Expression] = [union]
    while rest:
        part = rest.pop()
        if isinstance(part, exp.Union) and not part.args.get("distinct") and not part.args.get("with_"):
            rest += [part.expression, part.this]
        elif isinstance(part, exp.Select) and not any(
            part.args.get(key) for key in ("from_", "where", "kind")
        ):
            found.append(part)
        else:
            return []
    return found if len({len(part.selects) for part in found}) == 1 else []


def _quantiles(node: exp.ApproxQuantiles) -> exp.Expression:
    value, number = node.this, node.expression
    if isinstance(value, exp.Distinct) and number is None:
        *values, number = value.expressions
        value = exp.Distinct(expressions=values)
    if isinstance(value, exp.Distinct):
        value = exp.Distinct(expressions=[value.expressions[0]])
    return call("bq_quantiles", value, number)


def _listed(node: exp.ArrayAgg, *, nulls: bool) -> exp.Expression:
    """ARRAY_AGG with what may stand inside of it: DISTINCT, ORDER BY, LIMIT."""
    inner, limit = node.this, None
    if isinstance(inner, exp.Limit):
        inner, limit = inner.this, inner.expression
    value = inner.this if isinstance(inner, exp.Order) else inner
    one = value.expressions[0] if isinstance(value, exp.Distinct) else value
    made: exp.Expression = call("list", inner)
    if not nulls:
        there = exp.Not(this=exp.Is(this=one.copy(), expression=exp.Null()))
        made = exp.Filter(this=made, expression=exp.Where(this=there))
    if limit is not None:
        made = call("list_slice", made, exp.Literal.number(1), limit)
    return made


def _from_epoch(node: exp.UnixToTime) -> exp.Expression:
    scale = node.args.get("scale")
    power = int(scale.name) if scale is not None else 0
    factor = exp.Literal.number(10 ** (6 - power))
    micros = cast(exp.Mul(this=cast(node.this, "BIGINT"), expression=factor), "BIGINT")
    return cast(call("make_timestamp", micros), "TIMESTAMPTZ")


def _format(node: exp.Format) -> exp.Expression:
    if not isinstance(node.this, exp.Literal):
        return call("printf", node.this, *node.expressions)
    args = [arg.copy() for arg in node.expressions]
    number = -1

    def one(found: re.Match[str]) -> str:
        nonlocal number
        if found[2] == "%":
            return "%%"
        number += 1
        if found[2] in "tT" and number < len(args):
            args[number] = call("bq_string", args[number])
            return f"%{found[1].replace(chr(39), ',')}s"
        return f"%{found[1].replace(chr(39), ',')}{'d' if found[2] == 'i' else found[2]}"

    text = re.sub(r"%([-+ #0']*\d*(?:\.\d+)?)([a-zA-Z%])", one, node.this.name)
    return call("printf", text, *args)


def _fields(node: exp.Unnest) -> exp.Expression:
    """UNNEST without a name: the fields of structs are columns."""
    depth = exp.PropertyEQ(this=exp.to_identifier("max_depth"), expression=exp.Literal.number(2))
    inner = exp.select(exp.Anonymous(this="UNNEST", expressions=[node.expressions[0].copy(), depth]))
    return exp.Lateral(
        this=exp.Subquery(this=inner), alias=exp.TableAlias(this=exp.to_identifier("_fields", quoted=True))
    )


def _unnest(node: exp.Unnest) -> exp.Expression:
    """WITH OFFSET counts from 0; DuckDB's ordinality from 1."""
    offset = node.args.get("offset")
    alias = node.args.get("alias")
    if offset is None or isinstance(offset, bool):
        if alias is None and isinstance(node.parent, exp.From | exp.Join):
            return _fields(node)
        return node
    name = alias.columns[0].name if alias is not None and alias.columns else "_value"
    place = offset.name if isinstance(offset, exp.Identifier) else "offset"
    listed = exp.Unnest(
        expressions=[item.copy() for item in node.expressions],
        alias=exp.TableAlias(
            this=exp.to_identifier("_u"), columns=[exp.to_identifier("_value"), exp.to_identifier("_place")]
        ),
        offset=True,
    )
    inner = exp.select(
        exp.alias_(exp.column("_value"), name, quoted=True),
        exp.alias_(exp.Sub(this=exp.column("_place"), expression=exp.Literal.number(1)), place, quoted=True),
    ).from_(listed)
    return exp.Lateral(
        this=exp.Subquery(this=inner), alias=exp.TableAlias(this=exp.to_identifier(f"_t_{name}", quoted=True))
    )
