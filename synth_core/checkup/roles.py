"""Which of Google's roles gives a permission, and the command that grants it.

From the lists of permissions in Google's documentation of access control for BigQuery, Cloud Storage and Vertex AI.
"""

from __future__ import annotations

from synth_core.model.base import Frozen

READ_OBJECTS = ("storage.objects.list", "storage.objects.get")
WRITE_OBJECTS = (*READ_OBJECTS, "storage.objects.create", "storage.objects.delete")
PROTECTED_COLUMNS = "roles/datacatalog.categoryFineGrainedReader"

_ROLES = {
    "serviceusage.services.use": "roles/serviceusage.serviceUsageConsumer",
    "bigquery.jobs.create": "roles/bigquery.jobUser",
    "bigquery.datasets.create": "roles/bigquery.user",
    "bigquery.datasets.get": "roles/bigquery.dataViewer",
    "bigquery.tables.list": "roles/bigquery.dataViewer",
    "bigquery.tables.get": "roles/bigquery.dataViewer",
    "bigquery.tables.getData": "roles/bigquery.dataViewer",
    "bigquery.tables.export": "roles/bigquery.dataViewer",
    "bigquery.tables.create": "roles/bigquery.dataEditor",
    "bigquery.tables.update": "roles/bigquery.dataEditor",
    "bigquery.tables.updateData": "roles/bigquery.dataEditor",
    "bigquery.tables.delete": "roles/bigquery.dataEditor",
    "datacatalog.categories.fineGrainedGet": PROTECTED_COLUMNS,
    "storage.buckets.get": "roles/storage.legacyBucketReader",
    "storage.objects.get": "roles/storage.objectViewer",
    "storage.objects.list": "roles/storage.objectViewer",
    "storage.objects.create": "roles/storage.objectAdmin",
    "storage.objects.delete": "roles/storage.objectAdmin",
    "aiplatform.endpoints.predict": "roles/aiplatform.user",
}


class Resource(Frozen):
    """What a role is granted on: a project, a dataset (`project.dataset`), or a bucket."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def role_of(permission: str) -> str:
    """The smallest role that gives a permission; empty for one that we never need."""
    return _ROLES.get(permission, "")


def grant(role: str, resource: Resource) -> str:
    """The command that grants it; MEMBER is `user:you@example.com` or `serviceAccount:…`."""
    if resource.kind == "bucket":
        return f"gcloud storage buckets add-iam-policy-binding gs://{resource.name} --member=MEMBER --role={role}"
    if resource.kind == "dataset" and role not in _ON_PROJECTS:
        project, _, dataset = resource.name.rpartition(".")
        return f'GRANT `{role}` ON SCHEMA `{project}`.`{dataset}` TO "MEMBER"'
    project = resource.name.rpartition(".")[0] if resource.kind == "dataset" else resource.name
    return f"gcloud projects add-iam-policy-binding {project} --member=MEMBER --role={role}"


_ON_PROJECTS = frozenset({"roles/bigquery.jobUser", "roles/bigquery.user"})
