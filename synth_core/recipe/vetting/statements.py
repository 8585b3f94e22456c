"""The whole recipe, statement by statement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.model.findings import Level
from synth_core.recipe.catalogue.plugins import PLUGIN_PATH, PLUGINS, REFUSED_PLUGINS
from synth_core.recipe.compile import RESERVED
from synth_core.recipe.edit.replace import replace
from synth_core.recipe.functions import PLUGIN
from synth_core.recipe.text import TAG, is_text
from synth_core.recipe.vetting.generators import Generators
from synth_core.recipe.vetting.mends import add_statement, number
from synth_core.recipe.vetting.names import Near, field_fault, is_word, near, nickname_fault, table_fault
from synth_core.recipe.vetting.nodes import Entry, entries, items, key_of, value_of
from synth_core.recipe.vetting.remarks import Mend, Remark, remark, written
from synth_core.recipe.vetting.scope import Scope, included
from synth_core.recipe.vetting.walk import Names

MAX_COUNT = 10**12
MAX_FRIENDS = 10_000
_GROUPED = re.compile(r"[0-9]{1,3}([,' _][0-9]{3})+")
_STATEMENTS = {
    "snowfakery_version": frozenset({"snowfakery_version"}),
    "plugin": frozenset({"plugin"}),
    "option": frozenset({"option", "default"}),
    "macro": frozenset({"macro", "fields", "friends", "include"}),
    "object": frozenset({"object", "count", "fields", "friends", "nickname", "just_once", "include"}),
    "var": frozenset({"var", "value"}),
}
_NOT_YET = {
    "for_each": "How many rows there are is said before they are made: write `count`, and `Dataset.iterate` in a "
    "hidden field.",
    "update_key": "Rows are only ever added here; leave it out.",
}
_PATHS = {plugin.path for plugin in PLUGINS.values()}


@dataclass
class Statements:
    """Walks a recipe in the order in which it is run; `remarks` fills on the way."""

    root: Node
    scope: Scope
    remarks: list[Remark]

    def __post_init__(self) -> None:
        self._generators = Generators(
            self.scope, self.remarks.append, lambda node: self._object(node, nested=True)
        )
        self._made: set[str] = set(self.scope.options)
        """Tables, nicknames and variables that are there already."""

    def check(self) -> None:
        """All statements."""
        for statement in items(self.root):
            self._statement(statement)
        self._check_whole()

    def _report(
        self,
        code: str,
        message: str,
        node: Node,
        *,
        hint: str = "",
        near: Near | None = None,
        mend: Mend | None = None,
        level: Level = Level.ERROR,
    ) -> None:
        self.remarks.append(remark(code, message, node, hint=hint, near=near, mend=mend, level=level))

    def _statement(self, node: Node) -> None:
        named = {entry.name: entry for entry in entries(node)}
        kinds = [kind for kind in _STATEMENTS if kind in named]
        if not kinds:
            self._unknown_statement(node, named)
            return
        if len(kinds) > 1:
            self._report("statement", f"a statement is one of {' and '.join(kinds)}, not both.", node)
            return
        kind = kinds[0]
        if kind == "object":
            self._object(node)
            return
        self._keys(named, _STATEMENTS[kind], kind)
        value = named[kind].value
        if kind == "snowfakery_version":
            if value_of(value) != 3 or isinstance(value_of(value), bool):
                hint, mend = "`snowfakery_version: 3`", None
                if isinstance(value, ScalarNode):
                    mend = Mend("Write 3", lambda source: replace(source, value, "3"), is_safe=True)
                self._report("version", "the recipe must be of version 3.", value, hint=hint, mend=mend)
        elif kind == "plugin":
            self._plugin(value)
        elif kind == "macro":
            self._macro(node, value)
        elif kind == "option":
            self._word(value, "option")
            if "default" in named and not isinstance(named["default"].value, ScalarNode):
                self._report("option", "a default is a plain value.", named["default"].value)
        else:
            self._variable(value, named)

    def _plugin(self, node: Node) -> None:
        path = key_of(node)
        if isinstance(node, ScalarNode) and path in _PATHS:
            name = path.rpartition(".")[2]
            if name in self.scope.tables and path != PLUGIN_PATH:
                hint = "In formulas it is the table; give that another name to use both."
                self._report("name", f"{name!r} is also a table.", node, hint=hint, level=Level.WARNING)
            return
        message = f"the plugin {path[:100]} is not allowed."
        name = next((part for part in reversed(path.split(".")) if part in REFUSED_PLUGINS), "")
        better = near(path, _PATHS)
        if name:
            self._report("plugin", message, node, hint=REFUSED_PLUGINS[name])
        elif better.name:
            self._report("plugin", message, node, near=better)
        else:
            self._report("plugin", message, node, hint=f"There are {', '.join(sorted(PLUGINS))}.")

    def _unknown_statement(self, node: Node, named: dict[str, Entry]) -> None:
        if not isinstance(node, MappingNode):
            self._report("statement", "a statement looks like `- object: customers`.", node)
            return
        for entry in named.values():
            if entry.name in _NOT_YET:
                message = f"`{entry.name}` is not possible here."
                self._report("unknown-key", message, entry.key, hint=_NOT_YET[entry.name])
            else:
                better = near(entry.name, _STATEMENTS)
                self._report("unknown-key", f"`{entry.name}` begins no statement.", entry.key, near=better)
            return
        self._report("statement", "this statement is empty.", node)

    def _keys(self, named: dict[str, Entry], allowed: frozenset[str], kind: str) -> None:
        for entry in named.values():
            if entry.name not in allowed:
                message, hint = f"`{kind}` has no key {entry.name!r}.", _NOT_YET.get(entry.name, "")
                better = None if hint else near(entry.name, allowed - set(named))
                self._report("unknown-key", message, entry.key, hint=hint, near=better)

    def _word(self, node: Node, kind: str) -> None:
        name = key_of(node)
        if not is_word(name):
            self._report(
                "name", f"{name!r} is no name for a {kind}.", node, hint="Take letters, digits and _."
            )
        elif name in RESERVED and name != "snowfakery_locale":
            self._report(
                "name", f"{name!r} means something else in formulas.", node, hint="Take another name."
            )

    def _variable(self, node: Node, named: dict[str, Entry]) -> None:
        self._word(node, "variable")
        if "value" not in named:
            self._report("statement", "a variable needs a `value`.", node)
        elif key_of(node) == "snowfakery_locale" and not _is_locale(named["value"].value):
            self._report("locale", "a locale is written like `de_DE`.", named["value"].value)
        else:
            self._generators.check(named["value"].value, self._names_outside)
            self._made.add(key_of(node))

    def _macro(self, node: Node, name_node: Node) -> None:
        name = key_of(name_node)
        if not is_word(name):
            self._report("name", f"{name!r} is no name for a macro.", name_node)
        elif self.scope.macros.get(name) is not node:
            self._report("duplicate-key", f"there are two macros {name!r}.", name_node)
        self._include(node)
        self._parts(node)
        try:
            if self.scope.macro_size(name) > MAX_FRIENDS:
                self._report("too-large", f"the macro {name!r} stands for too many objects.", name_node)
        except ValueError:
            self._report("circle", f"the macro {name!r} includes itself.", name_node)
        if not any(name in included(each) for each in items(self.root)):
            self._fields(node, "", {seen.name for seen in self.scope.template_fields(node)})
            self._friends(node)

    def _include(self, template: Node) -> None:
        for entry in entries(template):
            if entry.name == "include":
                names = included(template)
                for name in names:
                    if name not in self.scope.macros:
                        self._unknown_macro(name, entry.value)
                    elif names.count(name) > 1:
                        self._report("duplicate-key", f"the macro {name!r} is included twice.", entry.value)

    def _unknown_macro(self, name: str, node: Node) -> None:
        better, mend = near(name, self.scope.macros), None
        if better.name and isinstance(node, ScalarNode):
            names = [better.name if each == name else each for each in _listed(node.value)]
            mend = written(node, ", ".join(names), is_safe=better.is_close)
        self._report("unknown-macro", f"there is no macro {name!r}.", node, near=better, mend=mend)

    def _parts(self, template: Node) -> None:
        for entry in entries(template):
            if (
                entry.name == "fields"
                and not isinstance(entry.value, MappingNode)
                and not _is_null(entry.value)
            ):
                self._report("statement", "`fields` is a mapping, `name: generator`.", entry.value)
            if (
                entry.name == "friends"
                and not isinstance(entry.value, SequenceNode)
                and not _is_null(entry.value)
            ):
                self._report("statement", "`friends` is a list of objects.", entry.value)

    # --- objects ---

    def _object(self, node: Node, *, nested: bool = False) -> None:
        named = {entry.name: entry for entry in entries(node)}
        self._keys(named, _STATEMENTS["object"], "object")
        name_node = named["object"].value
        table = key_of(name_node)
        if not is_text(name_node):
            self._report("name", "the name of an object is a text.", name_node, hint=f'Quote it: "{table}".')
        elif fault := table_fault(table):
            self._report("name", f"{fault}.", name_node)
        if "nickname" in named:
            self._nickname(named["nickname"].value)
            self._made.add(key_of(named["nickname"].value))
        if "just_once" in named:
            once = named["just_once"].value
            if not isinstance(value_of(once), bool):
                self._report("statement", "`just_once` is true or false.", once)
            elif nested:
                self._report("statement", "`just_once` is for objects that stand alone.", once)
        if "count" in named:
            self._count(named["count"].value, table)
        self._made.add(table)
        self._include(node)
        self._parts(node)
        self._fields(node, table, set())
        self._friends(node)
        for name in self._macros_of(node):
            self._friends(self.scope.macros[name])

    def _macros_of(self, template: Node) -> list[str]:
        """All macros that a template includes, also through others; each once."""
        found: dict[str, None] = {}
        todo = included(template)
        while todo:
            name = todo.pop()
            if name in self.scope.macros and name not in found:
                found[name] = None
                todo += included(self.scope.macros[name])
        return list(found)

    def _nickname(self, node: Node) -> None:
        name = key_of(node)
        fault = nickname_fault(name)
        if fault:
            self._report("name", f"{fault}.", node, hint="Take letters, digits, spaces, _ and -.")
        elif name in RESERVED:
            self._report(
                "name", f"{name!r} means something else in formulas.", node, hint="Take another nickname."
            )
        if name in self.scope.tables:
            self._report(
                "name", f"the nickname {name!r} is also a table.", node, hint="Take another nickname."
            )

    def _count(self, node: Node, table: str) -> None:
        value = value_of(node)
        if isinstance(node, ScalarNode) and not (isinstance(value, str) and "${" in value):
            text = str(value).strip()
            if (
                isinstance(value, bool)
                or not (text.isascii() and text.isdigit())
                or int(text[:20]) > MAX_COUNT
            ):
                self._report(
                    "count",
                    f"{text!r} is no number of rows.",
                    node,
                    hint=f"Write a number from 0 to {MAX_COUNT:,}.",
                    mend=_without_groups(node) if _GROUPED.fullmatch(text) else None,
                )
            return
        names = Names(
            table, rows=self._rows, variables=self._variables, made=self._made, plugins=self.scope.plugins
        )
        self._generators.check(node, names)

    def _fields(self, template: Node, table: str, extra: set[str]) -> None:
        seen = self.scope.template_fields(template)
        made: set[str] = set(extra)
        whole = {each.name for each in seen}
        records: dict[str, frozenset[str]] = {}
        for each in seen:
            fault = field_fault(each.name)
            if fault:
                self._report("name", f"{fault}.", each.key)
            names = Names(
                table,
                frozenset(made),
                frozenset(whole - made),
                self._rows,
                self._variables,
                self.scope.fields,
                # A macro that nothing includes is run nowhere.
                self._made if table else None,
                self.scope.plugins,
                records,
            )
            record = self._generators.record_of(each.value)
            if record is not None:
                records[each.name] = record
            function = self._generators.check(each.value, names, each.name)
            if table:
                known = self.scope.tables[table].fields.get(each.name)
                if known is not None and known.value is each.value:
                    known.function = function
            if each.name in self.scope.variables:
                self._report(
                    "shadow",
                    f"the variable {each.name!r} hides this field in formulas.",
                    each.key,
                    hint="Give one of them another name.",
                    level=Level.WARNING,
                )
            made.add(each.name)

    def _friends(self, template: Node) -> None:
        for entry in entries(template):
            if entry.name != "friends":
                continue
            for friend in items(entry.value):
                named = {inner.name: inner for inner in entries(friend)}
                if "object" in named:
                    self._object(friend, nested=True)
                elif "var" in named:
                    self._keys(named, _STATEMENTS["var"], "var")
                    self._variable(named["var"].value, named)
                else:
                    self._report("statement", "a friend is an object or a variable.", friend)

    # --- what formulas may name ---

    @cached_property
    def _rows(self) -> dict[str, set[str]]:
        tables = {name: set(table.fields) for name, table in self.scope.tables.items()}
        return tables | {nick: tables.get(table, set()) for nick, table in self.scope.nicknames.items()}

    @cached_property
    def _variables(self) -> frozenset[str]:
        return frozenset(self.scope.variables)

    @property
    def _names_outside(self) -> Names:
        return Names(
            rows=self._rows,
            variables=self._variables,
            fields=self.scope.fields,
            made=self._made,
            plugins=self.scope.plugins,
        )

    # --- the recipe as a whole ---

    def _check_whole(self) -> None:
        kinds = {entry.name: entry for statement in items(self.root) for entry in entries(statement)}
        if "snowfakery_version" not in kinds:
            self._report(
                "version",
                "the recipe names no version; it is run as version 3.",
                self.root,
                hint="Add `- snowfakery_version: 3`.",
                mend=add_statement("snowfakery_version", 3),
                level=Level.WARNING,
            )
        if "plugin" not in kinds:
            for table in self.scope.tables.values():
                for seen in table.fields.values():
                    call = entries(seen.value)
                    if len(call) == 1 and call[0].name.startswith(f"{PLUGIN}."):
                        hint = f"Add `- plugin: {PLUGIN_PATH}` at the top."
                        mend = add_statement("plugin", PLUGIN_PATH, after="snowfakery_version")
                        message = f"{PLUGIN} is used but not named."
                        self._report("plugin", message, call[0].key, hint=hint, mend=mend)
                        return
        lowered: dict[str, str] = {}
        for name, table in self.scope.tables.items():
            other = lowered.setdefault(name.lower(), name)
            if other != name:
                self._report("name", f"tables {other!r} and {name!r} differ only in capitals.", table.node)


def _without_groups(node: ScalarNode) -> Mend:
    """A number without what groups its digits."""
    return number(node, int(re.sub(r"[^0-9]", "", node.value)), is_safe=True)


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",")]


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == f"{TAG}null"


def _is_locale(node: Node) -> bool:
    """A locale, or a random one of a list."""
    from faker.config import AVAILABLE_LOCALES

    choice = entries(node)
    if len(choice) == 1 and choice[0].name == "random_choice":
        return bool(items(choice[0].value)) and all(map(_is_locale, items(choice[0].value)))
    return is_text(node) and node.value.replace("-", "_") in AVAILABLE_LOCALES
