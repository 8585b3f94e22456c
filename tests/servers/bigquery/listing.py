"""Projects, datasets and tables over REST."""

from __future__ import annotations

from typing import Any

from servers.bigquery import resources
from servers.bigquery.catalogue import Json, Table
from servers.bigquery.problems import Problem, invalid
from servers.bigquery.sql.prepare import schema_of
from servers.bigquery.state import Call, State


def _page(call: Call, items: list[Any], name: str, kind: str, standard: int = 50) -> Json:
    start, size = call.page(standard)
    out: Json = {"kind": kind, "etag": f"list-{len(items)}-{start}"}
    if shown := items[start : start + size]:
        out[name] = shown
    if start + size < len(items):
        out["nextPageToken"] = f"page-{start + size}"
    return out


def projects(state: State, call: Call) -> Json:
    """projects.list"""
    items = [
        {
            "kind": "bigquery#project",
            "id": name,
            "numericId": str(about["number"]),
            "projectReference": {"projectId": name},
            "friendlyName": about["name"],
        }
        for name, about in sorted(state.catalogue.projects.items())
    ]
    return _page(call, items, "projects", "bigquery#projectList") | {"totalItems": len(items)}


def datasets(state: State, call: Call) -> Json:
    """datasets.list"""
    state.catalogue.project(call.project)
    state.need("bigquery.datasets.get", call.project)
    wanted = [term.removeprefix("labels.") for term in call.query.get("filter", "").split()]
    items = []
    for (project, name), dataset in sorted(state.catalogue.datasets.items()):
        if project != call.project or (name.startswith("_") and call.query.get("all") != "true"):
            continue
        labels = dataset.resource.get("labels", {})
        if not all(_labelled(labels, term) for term in wanted):
            continue
        whole = resources.dataset_resource(project, name, dataset)
        shown = ("kind", "id", "datasetReference", "labels", "friendlyName", "location")
        items.append({key: whole[key] for key in shown if key in whole})
    return _page(call, items, "datasets", "bigquery#datasetList")


def _labelled(labels: dict[str, str], term: str) -> bool:
    key, has_value, value = term.partition(":")
    return key in labels and (not has_value or labels[key] == value)


def dataset_get(state: State, call: Call) -> Json:
    """datasets.get"""
    name = call.at["dataset"]
    state.need("bigquery.datasets.get", call.project, name)
    return resources.dataset_resource(call.project, name, state.catalogue.dataset(call.project, name))


def dataset_insert(state: State, call: Call) -> Json:
    """datasets.insert"""
    state.catalogue.project(call.project)
    state.need("bigquery.datasets.create", call.project)
    kept = resources.dataset(state.catalogue, call.body)
    name = call.request.json["datasetReference"]["datasetId"]
    made = state.catalogue.add_dataset(call.project, name, kept)
    return resources.dataset_resource(call.project, name, made)


def dataset_change(state: State, call: Call) -> Json:
    """datasets.patch and datasets.update"""
    name = call.at["dataset"]
    state.need("bigquery.datasets.update", call.project, name)
    dataset = state.catalogue.dataset(call.project, name)
    resources.precondition(
        call.request.headers, resources.dataset_resource(call.project, name, dataset)["etag"]
    )
    reference = {"datasetReference": {"datasetId": name}}
    old = dataset.resource if call.request.method == "PATCH" else {"location": dataset.location}
    merged = resources.merge(
        old, {key: value for key, value in call.body.items() if key != "datasetReference"}
    )
    kept = resources.dataset(state.catalogue, merged | reference)
    if kept["location"] != dataset.location:
        raise invalid(f"Cannot change the location of dataset {call.project}:{name}")
    dataset.resource = kept
    dataset.version += 1
    dataset.modified = state.catalogue.now()
    return resources.dataset_resource(call.project, name, dataset)


def dataset_delete(state: State, call: Call) -> None:
    """datasets.delete"""
    name = call.at["dataset"]
    state.need("bigquery.datasets.delete", call.project, name)
    drop_dataset(state, call.project, name, call.query.get("deleteContents") == "true")


def drop_dataset(state: State, project: str, name: str, contents: bool) -> None:
    """Remove a dataset; one that holds tables only with `contents`."""
    state.catalogue.dataset(project, name)
    inside = [key for key in list(state.catalogue.tables) if key[:2] == (project, name)]
    inside = [key for key in inside if state.catalogue.find(key)]
    if inside and not contents:
        raise Problem("resourceInUse", f"Dataset {project}:{name} is still in use")
    for key in inside:
        state.catalogue.remove(key)
    del state.catalogue.datasets[project, name]


def tables(state: State, call: Call) -> Json:
    """tables.list"""
    name = call.at["dataset"]
    state.need("bigquery.tables.list", call.project, name)
    state.catalogue.dataset(call.project, name)
    keys = sorted(key for key in list(state.catalogue.tables) if key[:2] == (call.project, name))
    found = [table for key in keys if (table := state.catalogue.find(key))]
    items = [resources.table_entry(table) for table in found]
    return _page(call, items, "tables", "bigquery#tableList") | {"totalItems": len(items)}


def table_get(state: State, call: Call) -> Json:
    """tables.get"""
    state.need_on("bigquery.tables.get", call.key)
    return resources.table_resource(state.catalogue, state.catalogue.table(call.key))


def table_insert(state: State, call: Call) -> Json:
    """tables.insert"""
    name = call.at["dataset"]
    state.need("bigquery.tables.create", call.project, name)
    state.catalogue.dataset(call.project, name)
    given = dict(call.request.json or {})
    kept = resources.table(given)
    key = (call.project, name, given["tableReference"]["tableId"])
    return resources.table_resource(state.catalogue, create(state, key, kept))


def create(state: State, key: tuple[str, str, str], kept: Json) -> Table:
    """Make a table, or a view with the schema that its query has."""
    references(state, key, kept)
    definition = kept.get("view") or kept.get("materializedView")
    if definition:
        found = schema_of(state, definition["query"], key[0])
        given = {field["name"]: field for field in kept["schema"]["fields"]}
        for field in found:
            if about := given.get(field["name"], {}).get("description"):
                field["description"] = about
        kept["schema"] = {"fields": found}
    return state.catalogue.add(key, kept)


def references(state: State, key: tuple[str, str, str], kept: Json) -> None:
    """Foreign keys lead to tables that are there, to their columns."""
    for foreign in kept.get("tableConstraints", {}).get("foreignKeys", []):
        to = foreign["referencedTable"]
        to.setdefault("projectId", key[0])
        to.setdefault("datasetId", key[1])
        place = (to["projectId"], to["datasetId"], to["tableId"])
        fields = kept["schema"]["fields"] if place == key else state.catalogue.table(place).fields
        names = {field["name"].lower() for field in fields}
        for pair in foreign["columnReferences"]:
            if pair["referencedColumn"].lower() not in names:
                raise invalid(
                    f"Referenced column {pair['referencedColumn']} is not in table {'.'.join(place)}"
                )


def table_change(state: State, call: Call) -> Json:
    """tables.patch and tables.update"""
    state.need_on("bigquery.tables.update", call.key)
    table = state.catalogue.table(call.key)
    resources.precondition(call.request.headers, table.etag)
    old = table.resource if call.request.method == "PATCH" else {}
    given = {key: value for key, value in call.body.items() if key in resources.TABLE}
    merged = resources.merge(old, given)
    if "schema" not in merged or not merged["schema"].get("fields"):
        merged["schema"] = table.resource["schema"]
    merged.pop("type", None)
    kept = resources.table(merged | {"tableReference": {"tableId": call.key[2]}})
    for fixed in ("timePartitioning", "rangePartitioning"):
        if (kept.get(fixed) or {}).get("field") != (table.resource.get(fixed) or {}).get("field"):
            raise invalid(f"Cannot change partitioning of table {table.name} from what it was created with")
    references(state, call.key, kept)
    change(state, table, kept)
    return resources.table_resource(state.catalogue, table)


def change(state: State, table: Table, kept: Json) -> None:
    """Give a table another resource, with another schema where that may be."""
    before = table.fields
    if table.kind == "TABLE":
        fields = resources.evolved(table.name, before, kept["schema"]["fields"])
        table.resource = kept | {"schema": {"fields": before}}
        if [_shape(field) for field in fields] != [_shape(field) for field in before]:
            with state.store.atomic():
                state.catalogue.reshape(table, fields)
        table.resource = table.resource | {"schema": {"fields": fields}}
    else:
        if kept["type"] in ("VIEW", "MATERIALIZED_VIEW"):
            query = (kept.get("view") or kept["materializedView"])["query"]
            found = schema_of(state, query, table.key[0])
            given = {field["name"]: field for field in kept["schema"]["fields"]}
            kept["schema"] = {"fields": [field | _described(given, field) for field in found]}
        table.resource = kept
    state.catalogue.touch(table)


def _described(given: dict[str, Json], field: Json) -> Json:
    about = given.get(field["name"], {}).get("description")
    return {"description": about} if about else {}


def _shape(field: Json) -> Any:
    kept = ("name", "type", "mode", "precision", "scale", "maxLength")
    return [field.get(key) for key in kept], [_shape(sub) for sub in field.get("fields", [])]


def table_delete(state: State, call: Call) -> None:
    """tables.delete"""
    state.need_on("bigquery.tables.delete", call.key)
    state.catalogue.table(call.key)
    state.catalogue.remove(call.key)
