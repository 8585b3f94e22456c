"""Several statements in one query: transactions, variables, blocks with a handler of errors."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal

import sqlglot
from servers.bigquery.problems import Problem, invalid_query
from servers.bigquery.sql import ddl, statements
from servers.bigquery.sql.context import Context, bind, parse
from servers.bigquery.sql.statements import Outcome
from sqlglot import exp
from sqlglot.tokens import TokenType


@dataclass
class Block:
    """BEGIN … EXCEPTION WHEN ERROR THEN … END"""

    body: list[str | Block] = field(default_factory=list)
    handler: list[str | Block] | None = None


def split(sql: str) -> list[str]:
    """The statements, without their semicolons."""
    try:
        tokens = sqlglot.tokenize(sql, read="bigquery")
    except sqlglot.errors.SqlglotError as error:
        raise invalid_query(f"Syntax error: {error}") from error
    out, begin = [], 0
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            out.append(sql[begin : token.start])
            begin = token.end + 1
    out.append(sql[begin:])
    return [text.strip() for text in out if _bare(text)]


def _bare(text: str) -> str:
    """The text without comments."""
    return re.sub(r"--[^\n]*|#[^\n]*|/\*.*?\*/", " ", text, flags=re.DOTALL).strip()


def blocks(texts: list[str]) -> Block:
    """The statements as a tree."""
    whole = Block()
    open_: list[Block] = [whole]
    for text in texts:
        while True:
            here = open_[-1]
            into = here.body if here.handler is None else here.handler
            bare = _bare(text)
            if found := re.match(r"BEGIN\s+(?!TRANSACTION\b)(?=\S)", bare, re.IGNORECASE):
                inner = Block()
                into.append(inner)
                open_.append(inner)
                text = bare[found.end() :]
            elif found := re.match(r"EXCEPTION\s+WHEN\s+ERROR\s+THEN\b\s*", bare, re.IGNORECASE):
                here.handler = []
                text = bare[found.end() :]
                if not text:
                    break
            elif re.fullmatch(r"END", bare, re.IGNORECASE):
                if len(open_) == 1:
                    raise invalid_query("Syntax error: Unexpected keyword END")
                open_.pop()
                break
            else:
                into.append(text)
                break
    if len(open_) > 1:
        raise invalid_query("Syntax error: Expected keyword END")
    return whole


class Script:
    """Runs statements one after another. `each` hears of every one that is done."""

    def __init__(self, context: Context, each: Callable[[str, Outcome], None]) -> None:
        self.context = context
        self.each = each
        self.last: Outcome | None = None
        self._open: ExitStack | None = None
        self._lost = False
        """An error has rolled the open transaction back; the script hasn't said so yet."""

    def run(self, block: Block) -> None:
        """All of it; a transaction that is open at the end, or when it fails, is rolled back."""
        try:
            self._block(block)
        except BaseException as error:
            self._roll_back(error)
            raise
        self._roll_back(Problem("stopped", "rolled back"))

    def _block(self, block: Block) -> None:
        try:
            for item in block.body:
                if isinstance(item, Block):
                    self._block(item)
                else:
                    self._statement(item)
        except Problem as problem:
            if block.handler is None:
                raise
            if self._open is not None:
                self._roll_back(problem)
                self._lost = True
            self.context.system["error.message"] = exp.Literal.string(problem.message)
            for item in block.handler:
                if isinstance(item, Block):
                    self._block(item)
                elif re.fullmatch(r"RAISE", _bare(item), re.IGNORECASE):
                    raise
                else:
                    self._statement(item)

    def _statement(self, text: str) -> None:
        bare = _bare(text)
        first = bare.split(None, 1)[0].upper()
        if re.fullmatch(r"BEGIN(\s+TRANSACTION)?", bare, re.IGNORECASE):
            self._begin()
        elif re.fullmatch(r"COMMIT(\s+TRANSACTION)?", bare, re.IGNORECASE):
            self._commit()
        elif re.fullmatch(r"ROLLBACK(\s+TRANSACTION)?", bare, re.IGNORECASE):
            if self._open is None and not self._lost:
                raise invalid_query("There is no transaction to roll back")
            self._roll_back(Problem("stopped", "rolled back"))
            self._lost = False
        elif first in ("DECLARE", "SET", "ASSERT", "RAISE"):
            self._control(first, text)
        else:
            outcome = execute(self.context, text, run=True, inside=self._open is not None)
            self._limit()
            if outcome.affected is not None:
                count = sum(outcome.affected.values())
                self.context.system["row_count"] = exp.Literal.number(count)
            self.last = outcome
            self.each(text, outcome)

    def _limit(self) -> None:
        most = self.context.state.behaviour.transaction_tables
        if self._open is not None and len(self.context.changed) > most:
            raise invalid_query(f"Transaction mutates more than {most} tables")

    def _begin(self) -> None:
        if self._open is not None:
            raise invalid_query("There is already an open transaction")
        self._open = ExitStack()
        self.context.changed.clear()
        self._open.enter_context(self.context.state.store.atomic())

    def _commit(self) -> None:
        if self._open is None:
            raise invalid_query("There is no transaction to commit")
        stack, self._open = self._open, None
        stack.close()

    def _roll_back(self, error: BaseException) -> None:
        if self._open is not None:
            stack, self._open = self._open, None
            stack.__exit__(type(error), error, error.__traceback__)

    def _control(self, first: str, text: str) -> None:
        if first == "RAISE":
            found = re.search(r"MESSAGE\s*=\s*(.*)$", text, re.IGNORECASE | re.DOTALL)
            value = bind(parse(f"SELECT {found[1]}"), self.context).expressions[0] if found else None
            raise invalid_query(
                str(statements.condition(self.context, value)) if value is not None else "raised"
            )
        if first == "ASSERT":
            found = re.match(
                r"ASSERT\s+(.*?)(?:\s+AS\s+('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))?\s*$", text, re.S | re.I
            )
            value = self._names(parse(f"SELECT {found[1]}").expressions[0]) if found else None
            if value is None or statements.condition(self.context, value) is not True:
                raise invalid_query(found[2][1:-1] if found and found[2] else "Assertion failed")
            return
        tree = parse(text)
        if isinstance(tree, exp.Declare):
            for item in tree.expressions:
                default = item.args.get("default")
                value = self._value(default) if default is not None else exp.Null()
                names = item.this if isinstance(item.this, list) else [item.this]
                for name in names:
                    self.context.named[f"var {name.name.lower()}"] = value
        elif isinstance(tree, exp.Set):
            for item in tree.expressions:
                name = f"var {item.this.this.name.lower()}"
                if name not in self.context.named:
                    raise invalid_query(f"Undeclared variable: {item.this.this.name}")
                self.context.named[name] = self._value(item.this.expression)

    def _value(self, tree: exp.Expression) -> exp.Expression:
        value = statements.condition(self.context, self._names(tree))
        if value is None:
            return exp.Null()
        if isinstance(value, bool | int | float | str):
            return exp.convert(value)
        return exp.Cast(
            this=exp.Literal.string(str(value)), to=exp.DataType.build(_type(value), dialect="bigquery")
        )

    def _names(self, tree: exp.Expression) -> exp.Expression:
        return variables(tree, self.context)


def _type(value: object) -> str:
    kinds = {dt.datetime: "TIMESTAMP", dt.date: "DATE", dt.time: "TIME", Decimal: "NUMERIC"}
    return kinds.get(type(value), "STRING")


def variables(tree: exp.Expression, context: Context) -> exp.Expression:
    """Names of variables of the script replaced by their values."""
    known = {name[4:]: value for name, value in context.named.items() if name.startswith("var ")}
    if not known:
        return tree
    root = exp.Paren(this=tree)
    for column in list(root.find_all(exp.Column)):
        if not column.table and column.name.lower() in known:
            column.replace(known[column.name.lower()].copy())
    return root.this


def execute(context: Context, text: str, *, run: bool, inside: bool = False) -> Outcome:
    """One statement; `inside` a transaction lasting changes of the catalogue are refused."""
    word = _bare(text).split(None, 1)[0].upper()
    if word == "ALTER":
        _lasting(inside, "ALTER")
        return ddl.alter(context, _bare(text), run=run)
    tree = variables(parse(text), context)
    if isinstance(tree, exp.Query):
        return statements.select(context, tree, run=run)
    if statements.kind_of(tree):
        return statements.change(context, tree, run=run)
    if isinstance(tree, exp.Create):
        properties = tree.args["properties"].expressions if tree.args.get("properties") else []
        _lasting(inside and not any(isinstance(item, exp.TemporaryProperty) for item in properties), "CREATE")
        return ddl.create(context, tree, run=run)
    if isinstance(tree, exp.Drop):
        _lasting(inside and str(tree.args["tables"][0].name).lower() not in context.temporary, "DROP")
        return ddl.drop(context, tree, run=run)
    raise invalid_query(f"Statement not supported: {word}")


def _lasting(inside: bool, what: str) -> None:
    if inside:
        raise invalid_query(f"{what} of a permanent object is not supported inside a transaction")
