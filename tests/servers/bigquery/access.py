"""Permissions, policies of access, and row access policies over REST."""

from __future__ import annotations

from servers.bigquery.catalogue import Json
from servers.bigquery.state import Call, State


def test_permissions(state: State, call: Call) -> Json:
    """tables.testIamPermissions, and the same of Resource Manager for a project."""
    if "table" in call.at:
        state.catalogue.table(call.key)
        place = call.key
    else:
        state.catalogue.project(call.project)
        place = (call.project, "", "")
    asked = [str(item) for item in (call.request.json or {}).get("permissions", [])]
    held = [permission for permission in asked if state.holds(permission, *place)]
    return {"permissions": held} if held else {}


def policy(state: State, call: Call) -> Json:
    """tables.getIamPolicy"""
    state.need_on("bigquery.tables.getIamPolicy", call.key)
    state.catalogue.table(call.key)
    return {"version": 1, "etag": "ACAB", "bindings": []}


def row_policies(state: State, call: Call) -> Json:
    """rowAccessPolicies.list"""
    state.need_on("bigquery.rowAccessPolicies.list", call.key)
    table = state.catalogue.table(call.key)
    project, dataset, name = call.key
    items = [
        {
            "rowAccessPolicyReference": {
                "projectId": project,
                "datasetId": dataset,
                "tableId": name,
                "policyId": policy.name,
            },
            "filterPredicate": policy.predicate,
        }
        for policy in table.policies
    ]
    return {"rowAccessPolicies": items} if items else {}
