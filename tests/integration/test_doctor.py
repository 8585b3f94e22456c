"""`synth doctor` against the stand-ins: with everything there nothing is missing; with each single thing missing it
names that thing, and the role that gives it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from servers.bigquery import BigQueryServer
from servers.faults import Fault
from servers.loopback import Loopback, Reply, serving
from servers.storage import StorageServer
from servers.vertex import VertexServer
from small_shop import Synth, done

import synth_core
from synth_core.api.configured import settings_for
from synth_core.checkup import Result, State, examine, wanted_from
from synth_core.checkup.machine import child_process, kernel, python_version, space, writable
from synth_core.wiring import open_probes

COLUMNS = [
    {"name": "id", "type": "INTEGER"},
    {
        "name": "email",
        "type": "STRING",
        "policyTags": {"names": ["projects/p/locations/eu/taxonomies/1/policyTags/2"]},
    },
]
SOURCE, TARGET = "bigquery:prod.shop.customer,orders", "bigquery:dev.copy"


@dataclass
class World:
    """A cloud in which nothing is missing, until a test takes something away."""

    bigquery: BigQueryServer
    storage: StorageServer
    vertex: VertexServer
    patch: pytest.MonkeyPatch

    def look(self, target: str = TARGET, source: str = SOURCE, model: str = "rules") -> list[Result]:
        """What is found in the cloud; the machine has tests of its own."""
        wanted = wanted_from(settings_for(source=(source,), target=target, model=model))
        return list(examine(wanted, open_probes(wanted)))

    def missing(self, target: str = TARGET, source: str = SOURCE, model: str = "rules") -> list[Result]:
        return [each for each in self.look(target, source, model) if each.state is State.MISSING]

    def fault(self, server: Loopback, path: str, status: int, reason: str, message: str = "") -> None:
        """Each request that matches is refused so."""
        server.faults.add(Fault(path=path, status=status, reason=reason, message=message, times=10**6))


@pytest.fixture
def world(
    bigquery_server: BigQueryServer,
    storage_server: StorageServer,
    vertex_server: VertexServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> World:
    bigquery_server.create_project("billing")
    bigquery_server.create_dataset("prod", "shop", "EU")
    bigquery_server.load_table("prod", "shop", "customer", COLUMNS, [{"id": 1, "email": "a@example.com"}])
    bigquery_server.load_table("prod", "shop", "orders", COLUMNS[:1], [{"id": 1}])
    bigquery_server.create_dataset("dev", "copy", "EU")
    bigquery_server.create_dataset("dev", "synth_audit", "EU")
    storage_server.bucket("lake", "EU")
    for name, value in {
        "SYNTH_HOME": str(tmp_path / "home"),
        "PROJECT_ID": "billing",
        "LOCATION": "EU",
        "SYNTH_BUCKET": "gs://lake/synth",
        "SYNTH_STAGE": "true",
        "SYNTH_MODELS": "gemini-a, gemini-b",
        "SYNTH_MODEL_LOCATION": "europe-west1",
        "SYNTH_MODEL_ENDPOINT": vertex_server.url,
    }.items():
        monkeypatch.setenv(name, value)
    return World(bigquery_server, storage_server, vertex_server, monkeypatch)


def test_with_everything_there_nothing_is_missing(world: World) -> None:
    found = synth_core.doctor(source=[SOURCE], target=TARGET, model="gemini")
    assert [each for each in found if each.state not in (State.OK, State.LOOK)] == []
    assert {each.check for each in found} == {
        *("machine.python", "machine.folders", "machine.space", "machine.child", "machine.kernel"),
        *("credentials", "bigquery.query", "bigquery.source", "bigquery.target", "bigquery.audit"),
        *("bigquery.limit", "storage.bucket", "storage.objects", "locations", "model"),
    }
    said = " ".join(each.message for each in found)
    assert "Nobody signs in: BIGQUERY_EMULATOR_HOST is http://127.0.0.1:" in said
    assert "The dataset is in EU, the bucket in EU: jobs can use both." in said


def test_it_bills_nothing_and_leaves_nothing_behind(world: World) -> None:
    world.look(model="gemini")
    assert world.bigquery.billed_queries() == []
    assert world.bigquery.table_names("dev", "copy") == []
    assert world.bigquery.table_names("dev", "synth_audit") == []
    assert world.storage.list("gs://lake") == []
    assert world.vertex.asked == []
    assert len(world.vertex.counted) == 2
    made = [
        each for each in world.bigquery.requests if each.method == "POST" and each.path.endswith("/tables")
    ]
    assert made
    for each in made:
        assert each.json["tableReference"]["tableId"].startswith("_synth_doctor_")
        assert int(each.json["expirationTime"]) > 0
    # No row is asked for but one, and none of a query.
    assert {each.query["maxResults"] for each in world.bigquery.requests if each.path.endswith("/data")} == {
        "1"
    }


def forbids(*permissions: str) -> Callable[[World], None]:
    def apply(world: World) -> None:
        for each in permissions:
            if each.startswith("bigquery."):
                world.bigquery.forbid(each)
            else:
                world.storage.forbid(each)

    return apply


@pytest.mark.parametrize(
    ("permission", "role", "checks", "granted"),
    [
        (
            "bigquery.jobs.create",
            "roles/bigquery.jobUser",
            {"bigquery.query"},
            "add-iam-policy-binding billing ",
        ),
        ("bigquery.tables.get", "roles/bigquery.dataViewer", {"bigquery.source"}, "ON SCHEMA `prod`.`shop`"),
        (
            "bigquery.tables.export",
            "roles/bigquery.dataViewer",
            {"bigquery.source"},
            "ON SCHEMA `prod`.`shop`",
        ),
        (
            "bigquery.datasets.get",
            "roles/bigquery.dataViewer",
            {"bigquery.source", "bigquery.target", "bigquery.audit"},
            "ON SCHEMA `prod`.`shop`",
        ),
        (
            "bigquery.tables.getData",
            "roles/bigquery.dataViewer",
            {"bigquery.source", "bigquery.target", "bigquery.audit"},
            "ON SCHEMA `prod`.`shop`",
        ),
        *(
            (
                f"bigquery.tables.{verb}",
                "roles/bigquery.dataEditor",
                {"bigquery.target", "bigquery.audit"},
                "ON SCHEMA `dev`.`copy`",
            )
            for verb in ("create", "updateData", "update", "delete")
        ),
        (
            "storage.buckets.get",
            "roles/storage.legacyBucketReader",
            {"storage.bucket"},
            "buckets add-iam-policy-binding gs://lake ",
        ),
        ("storage.objects.list", "roles/storage.objectViewer", {"storage.objects"}, "gs://lake "),
        ("storage.objects.get", "roles/storage.objectViewer", {"storage.objects"}, "gs://lake "),
        ("storage.objects.create", "roles/storage.objectAdmin", {"storage.objects"}, "gs://lake "),
        ("storage.objects.delete", "roles/storage.objectAdmin", {"storage.objects"}, "gs://lake "),
    ],
)
def test_a_single_permission_is_named_with_its_role(
    world: World, permission: str, role: str, checks: set[str], granted: str
) -> None:
    forbids(permission)(world)
    missing = world.missing()
    assert {each.check for each in missing} == checks
    assert {(each.permission, each.role) for each in missing} == {(permission, role)}
    assert granted in missing[0].command
    assert role in missing[0].command
    assert f"The role {role} gives it." in {each.hint for each in missing}


def test_tables_that_may_not_be_listed(world: World) -> None:
    world.bigquery.forbid("bigquery.tables.list")
    [missing] = world.missing(source="bigquery:prod.shop")
    assert (missing.permission, missing.role) == ("bigquery.tables.list", "roles/bigquery.dataViewer")


def test_a_table_that_is_not_there_is_named(world: World) -> None:
    [missing] = world.missing(source="bigquery:prod.shop.customer,gone")
    assert missing.about == "table prod.shop.gone"
    assert "not there" in missing.message


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ("bigquery.googleapis.com", "/bigquery/v2/"),
        ("storage.googleapis.com", "/storage/v1/"),
    ],
)
def test_an_interface_that_is_not_enabled(world: World, service: str, path: str) -> None:
    server = world.bigquery if "bigquery" in path else world.storage
    world.fault(server, path, 403, "accessNotConfigured", f"API [{service}] not enabled on project [1].")
    [missing] = world.missing()
    assert f"{service} is not enabled in project billing." in missing.message
    assert missing.command == f"gcloud services enable {service} --project=billing"


def test_vertex_that_is_not_enabled(world: World) -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED"}]
    error = {
        "code": 403,
        "message": "Vertex AI API is disabled.",
        "status": "PERMISSION_DENIED",
        "details": details,
    }
    world.vertex.error = lambda *rest: Reply(403, {"error": error})  # type: ignore[method-assign]
    world.fault(world.vertex, "countTokens", 403, "PERMISSION_DENIED")
    [missing] = world.missing(model="gemini")
    assert missing.command == "gcloud services enable aiplatform.googleapis.com --project=billing"


def test_a_model_that_may_not_be_asked(world: World) -> None:
    world.fault(
        world.vertex, "countTokens", 403, "PERMISSION_DENIED", "Permission denied on resource project."
    )
    [missing] = world.missing(model="gemini")
    assert (missing.permission, missing.role) == ("aiplatform.endpoints.predict", "roles/aiplatform.user")
    assert "add-iam-policy-binding billing " in missing.command


def test_a_model_that_is_gone_is_a_remark_while_another_answers(world: World) -> None:
    world.vertex.retire("gemini-a")
    found = {each.about: each for each in world.look(model="gemini") if each.check == "model"}
    assert found["model gemini-a"].state is State.LOOK
    assert found["model gemini-b"].state is State.OK


def test_models_that_are_all_gone(world: World) -> None:
    world.vertex.retire("gemini-a", "gemini-b")
    missing = world.missing(model="gemini")
    assert [each.about for each in missing] == ["model gemini-a", "model gemini-b"]
    assert "`model_location`" in missing[0].hint


@pytest.mark.parametrize(
    ("path", "status", "reason", "where"),
    [
        ("/jobs", 403, "quotaExceeded", "bigquery.query"),
        ("/datasets/copy/tables[?]", 403, "quotaExceeded", "bigquery.target"),
        ("/datasets/copy/tables[?]", 403, "rateLimitExceeded", "bigquery.target"),
        ("countTokens", 429, "RESOURCE_EXHAUSTED", "model"),
        ("/b/lake", 429, "rateLimitExceeded", "storage.bucket"),
    ],
)
def test_a_quota_that_is_used_up(world: World, path: str, status: int, reason: str, where: str) -> None:
    server: Loopback = {"model": world.vertex, "storage.bucket": world.storage}.get(where, world.bigquery)
    world.fault(server, path, status, reason, "Quota exceeded: 1 of 1.")
    model = "gemini" if where == "model" else "rules"
    missing = [each for each in world.missing(model=model) if each.check == where]
    assert missing
    for each in missing:
        assert "a quota is used up. Quota exceeded: 1 of 1." in each.message
        assert "IAM & Admin, Quotas" in each.hint


def test_billing_that_is_not_linked(world: World) -> None:
    world.fault(world.bigquery, "/jobs", 403, "billingNotEnabled", "Billing has not been enabled.")
    [missing] = world.missing()
    assert missing.hint == "Link a billing account to the project."


def test_a_project_that_may_not_be_billed(world: World) -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "USER_PROJECT_DENIED"}]
    error = {"code": 403, "message": "Caller may not use project billing.", "errors": [], "details": details}
    world.bigquery.error = lambda *rest: Reply(403, {"error": error})  # type: ignore[method-assign]
    world.fault(world.bigquery, "/jobs", 403, "forbidden")
    [missing] = world.missing()
    assert missing.permission == "serviceusage.services.use"
    assert missing.role == "roles/serviceusage.serviceUsageConsumer"
    assert "projects add-iam-policy-binding billing " in missing.command


def test_a_service_that_gives_no_answer_is_asked_once(world: World) -> None:
    world.fault(world.bigquery, "/bigquery/", 503, "backendError")
    [missing] = world.missing()
    assert "gave no answer that counts" in missing.message
    assert len(world.bigquery.requests) == 1


def test_a_service_that_is_not_reached(world: World) -> None:
    world.patch.setenv("BIGQUERY_EMULATOR_HOST", "http://127.0.0.1:9")
    world.patch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:9")
    world.patch.setenv("SYNTH_MODEL_ENDPOINT", "http://127.0.0.1:9")
    missing = world.missing(model="gemini")
    assert [each.check for each in missing] == ["bigquery.query", "storage.bucket", "model"]
    for each in missing:
        assert "it was not reached" in each.message
        assert "127.0.0.1" not in each.message


def test_a_project_that_is_not_there(world: World) -> None:
    world.patch.setenv("PROJECT_ID", "nowhere")
    missing = [each for each in world.missing() if each.check == "bigquery.query"]
    assert missing[0].about == "project nowhere"
    assert "Not found: Project nowhere" in missing[0].message


def test_a_source_dataset_that_is_not_there(world: World) -> None:
    [missing] = world.missing(source="bigquery:prod.nothing")
    assert missing.about == "dataset prod.nothing"


def test_a_bucket_that_is_not_there(world: World) -> None:
    world.patch.setenv("SYNTH_BUCKET", "gs://none-such")
    [missing] = world.missing()
    assert missing.about == "bucket none-such"
    assert "gcloud storage buckets create gs://none-such --location=EU" in missing.hint


def test_a_bucket_in_the_wrong_place(world: World) -> None:
    world.storage.bucket("far", "us-east1")
    world.patch.setenv("SYNTH_BUCKET", "gs://far")
    missing = world.missing()
    assert [each.about for each in missing] == [
        "dataset prod.shop, bucket far",
        "dataset dev.copy, bucket far",
    ]
    assert "The dataset is in EU, the bucket in us-east1" in missing[0].message
    assert "Take a bucket in EU" in missing[0].hint


def test_the_place_of_a_target_that_is_not_there_yet_is_that_of_the_configuration(world: World) -> None:
    world.patch.setenv("LOCATION", "europe-west3")
    found = world.look("bigquery:dev.fresh")
    [made] = [each for each in found if each.check == "bigquery.target"]
    assert made.state is State.OK
    assert made.message == "Can make the dataset dev.fresh in europe-west3, which is not there yet."
    [place] = [each for each in found if "dev.fresh" in each.about and each.check == "locations"]
    assert place.state is State.LOOK, "a bucket in the EU and a dataset in one region of it"
    assert ("dev", "fresh") not in world.bigquery.state.catalogue.datasets


def test_a_dataset_that_may_not_be_made(world: World) -> None:
    world.bigquery.forbid("bigquery.datasets.create")
    found = world.look("bigquery:dev.fresh")
    [missing] = [each for each in found if each.state is State.MISSING]
    assert (missing.about, missing.permission) == ("project dev", "bigquery.datasets.create")
    assert missing.role == "roles/bigquery.user"
    assert "projects add-iam-policy-binding dev " in missing.command


def test_columns_that_are_protected_are_named_and_miss_nothing(world: World) -> None:
    world.bigquery.deny_column("prod", "shop", "customer", "email")
    found = world.look()
    assert [each for each in found if each.state is State.MISSING] == []
    [look] = [each for each in found if each.check == "bigquery.columns"]
    assert look.about == "table prod.shop.customer"
    assert look.message == "Protected by policy tags, and left out: email."
    assert look.role == "roles/datacatalog.categoryFineGrainedReader"


def test_rows_behind_a_policy_can_be_queried_only(world: World) -> None:
    world.bigquery.add_row_access_policy("prod", "shop", "orders", "mine", "id > 0")
    found = world.look()
    assert [each for each in found if each.state is State.MISSING] == []
    [look] = [each for each in found if each.state is State.LOOK and each.check == "bigquery.source"]
    assert look.about == "table prod.shop.orders"
    assert "row access policy" in look.message


def test_an_audit_table_that_can_not_be_extended(world: World) -> None:
    world.bigquery.load_table("dev", "synth_audit", "audit", [{"name": "batch_id", "type": "STRING"}])
    assert world.missing() == []
    world.bigquery.forbid("bigquery.tables.update")
    audit = [each for each in world.missing() if each.check == "bigquery.audit"]
    assert [each.permission for each in audit] == ["bigquery.tables.update"]
    assert "add rows to dev.synth_audit.audit" in audit[0].message


def test_a_stand_in_that_can_not_test_permissions_misses_nothing(world: World) -> None:
    world.fault(world.bigquery, "testIamPermissions", 404, "notFound")
    world.fault(world.storage, "testPermissions", 501, "notImplemented")
    found = world.look()
    assert [each for each in found if each.state is State.MISSING] == []
    assert {each.state for each in found if each.check == "storage.objects"} == {State.LOOK}


def test_a_stand_in_that_denies_every_permission_it_is_asked_for_is_not_believed(world: World) -> None:
    world.bigquery.faults.add(Fault(path="testIamPermissions", times=10**6, spoil=lambda body: b"{}"))
    assert world.missing() == []


def test_an_empty_table_is_taken_away_even_if_the_answer_to_its_making_is_lost(world: World) -> None:
    world.bigquery.faults.add(Fault(method="POST", path="/datasets/copy/tables[?]", lose_reply=True))
    assert [each.check for each in world.missing()] == ["bigquery.target"]
    assert world.bigquery.table_names("dev", "copy") == []


def test_without_a_project(world: World) -> None:
    world.patch.delenv("PROJECT_ID")
    [missing] = world.missing("gs://lake/out", "gs://lake/raw")
    assert missing.check == "project"
    assert "PROJECT_ID" in missing.hint


def test_the_bucket_of_projects_must_take_them(world: World) -> None:
    world.patch.setenv("SYNTH_STORE", "gs://kept/synth")
    world.storage.bucket("kept", "us-east1")
    assert world.missing() == []
    world.storage.forbid("storage.objects.create", bucket="kept")
    [missing] = world.missing()
    assert (missing.about, missing.role) == ("bucket kept", "roles/storage.objectAdmin")


def test_a_source_in_a_bucket_needs_no_right_to_write(world: World) -> None:
    world.patch.delenv("SYNTH_BUCKET")
    world.storage.forbid("storage.objects.create")
    assert world.missing(source="gs://lake/raw") == []


class Tokens(Loopback):
    """Gives tokens, or none."""

    def answer(self, request: object, fault: Fault | None) -> Reply:
        return Reply(json={"access_token": "t", "expires_in": 3600, "token_type": "Bearer"})


@pytest.fixture
def tokens() -> Iterator[Tokens]:
    with serving(Tokens()) as server:
        assert isinstance(server, Tokens)
        yield server


@pytest.fixture
def login(tokens: Tokens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody has logged in; Google's tokens come from a stand-in."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    about = {
        "type": "service_account",
        "client_email": "synth@billing.iam.gserviceaccount.com",
        "private_key": key.decode(),
        "private_key_id": "1",
        "token_uri": tokens.url,
        "project_id": "billing",
    }
    path = tmp_path / "key.json"
    path.write_text(json.dumps(about))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    return path


@pytest.fixture
def real_model(world: World, vertex_server: VertexServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stand-in serves the model, so that somebody must sign in."""
    monkeypatch.delenv("SYNTH_MODEL_ENDPOINT")


@pytest.mark.usefixtures("real_model")
def test_credentials_that_are_not_there(world: World, synth: Synth, tmp_path: Path) -> None:
    world.patch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    said = synth("doctor", "--source", SOURCE, "--target", TARGET, "--model", "gemini", "--json")
    assert said.code == 1
    assert said.data["ok"] is False
    [missing] = [each for each in said.data["results"] if each["state"] == "missing"]
    assert missing["check"] == "credentials"
    assert missing["command"] == "gcloud auth application-default login"
    assert [each["check"] for each in said.data["results"] if each["state"] == "skipped"] == ["cloud"]
    assert world.bigquery.requests == []


@pytest.mark.usefixtures("login", "real_model")
def test_credentials_that_hold_no_longer(world: World, tokens: Tokens) -> None:
    refused = {"error": "invalid_grant", "error_description": "Account has been deleted"}
    tokens.error = lambda *rest: Reply(400, refused)  # type: ignore[method-assign]
    tokens.faults.add(Fault(status=400, times=100))
    [missing] = world.missing(model="gemini")
    assert missing.check == "credentials"
    assert "invalid_grant" in missing.message
    assert "PRIVATE KEY" not in str(missing)


@pytest.mark.usefixtures("login", "real_model")
def test_credentials_that_hold_name_whose_they_are(world: World) -> None:
    # The model itself is Google's own then, which is not reached from here.
    world.patch.setenv("SYNTH_MODELS", "gemini-a")
    world.patch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    found = world.look(model="gemini")
    assert [each.message for each in found if each.check == "credentials"] == [
        "They hold, for synth@billing.iam.gserviceaccount.com."
    ]
    assert [each.check for each in found if each.state is State.MISSING] == ["model"]


def test_without_a_cloud_only_the_machine_is_looked_at(synth: Synth, tmp_path: Path) -> None:
    said = done(synth("doctor", "--source", tmp_path, "--target", f"duckdb:{tmp_path / 'x.duckdb'}"))
    assert "nothing was looked at there" in said.out


def test_the_command_shows_role_and_command(world: World, synth: Synth) -> None:
    world.bigquery.forbid("bigquery.jobs.create")
    said = synth("doctor", "--source", SOURCE, "--target", TARGET)
    assert said.code == 1
    assert "missing  project billing: Can't run queries" in said.out
    assert "The role roles/bigquery.jobUser gives it." in said.out
    assert (
        "$ gcloud projects add-iam-policy-binding billing --member=MEMBER --role=roles/bigquery.jobUser"
        in said.out
    )
    assert "1 thing is missing." in said.out


def test_an_old_python() -> None:
    assert python_version((3, 11)).state is python_version((3, 14)).state is State.OK
    old = python_version((3, 10))
    assert (old.state, old.message) == (State.MISSING, "This is version 3.10; the oldest that works is 3.11.")


def test_a_folder_that_takes_no_files(tmp_path: Path) -> None:
    assert writable("home", tmp_path / "not" / "yet").state is State.OK
    (tmp_path / "file").write_text("")
    assert writable("home", Path("/proc/none")).state is State.MISSING
    assert space(tmp_path / "not" / "yet").state is State.OK


def test_a_kernel_without_landlock_is_a_remark() -> None:
    assert kernel(6).state is kernel(7).state is State.OK
    assert kernel(3).state is kernel(0).state is State.LOOK
    assert "none of it" in kernel(0).message


def test_a_child_process_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert child_process().state is State.OK
    monkeypatch.setattr("sys.executable", "/bin/false")
    broken = child_process()
    assert broken.state is State.MISSING
    assert "ended with exit code 1" in broken.message
