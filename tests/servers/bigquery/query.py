"""Query jobs: dry runs, limits, destinations, scripts."""

from __future__ import annotations

import re
from dataclasses import replace

import sqlglot.errors
from servers.bigquery import destination
from servers.bigquery.catalogue import Json, Key
from servers.bigquery.jobs import Job
from servers.bigquery.problems import Problem, invalid_query
from servers.bigquery.sql import script, statements
from servers.bigquery.sql.context import Context, name_parts, parameters, parse
from servers.bigquery.sql.prepare import Prepared
from servers.bigquery.sql.reads import billed
from servers.bigquery.sql.statements import Outcome
from servers.bigquery.state import State
from sqlglot import exp


def context_of(state: State, job: Job) -> Context:
    """What the job's statements are read in."""
    config = job.configuration["query"]
    standard = config.get("defaultDataset")
    dataset = (standard.get("projectId", job.project), standard["datasetId"]) if standard else None
    context = Context(state, job.project, dataset, job.location)
    parameters(context, str(config.get("parameterMode", "")).upper(), config.get("queryParameters", []))
    if config.get("maximumBytesBilled") is not None:
        most = int(config["maximumBytesBilled"])
        context.limit = lambda prepared: _limit(prepared, most)
    return context


def locate(state: State, job: Job) -> str:
    """The location of the first dataset that a query names; US where there is none."""
    config = job.configuration["query"]
    names: list[tuple[str, str]] = []
    if standard := config.get("defaultDataset") or config.get("destinationTable"):
        names.append((standard.get("projectId", job.project), standard["datasetId"]))
    text = config.get("query", "")
    for statement in _texts(text):
        try:
            tree = parse(statement)
        except Problem:
            continue
        for node in tree.find_all(exp.Table):
            parts = name_parts(node)
            region = next((part[7:] for part in parts if part.lower().startswith("region-")), "")
            if region:
                return state.catalogue.place(region)
            if len(parts) >= 2:
                names.append((parts[0], parts[1]) if len(parts) > 2 else (job.project, parts[0]))
                names.append((job.project, parts[0]))
    for name in names:
        if name in state.catalogue.datasets:
            return state.catalogue.datasets[name].location
    return "US"


def _texts(text: str) -> list[str]:
    try:
        return script.split(text)
    except Problem:
        return []


def run(state: State, job: Job) -> None:
    """Do what the job asks, or refuse."""
    config = job.configuration["query"]
    text = config.get("query", "")
    if config.get("useLegacySql") in (None, True, "true"):
        raise invalid_query("Legacy SQL is not supported here; set useLegacySql to false")
    texts = script.split(text)
    if not texts:
        raise invalid_query("Syntax error: Unexpected end of script")
    context = context_of(state, job)
    try:
        if len(texts) > 1 or re.match(
            r"(BEGIN|DECLARE|SET|ASSERT|RAISE|COMMIT|ROLLBACK)\b", texts[0], re.IGNORECASE
        ):
            _script(state, job, context, texts)
        else:
            _single(state, job, context, texts[0])
    except sqlglot.errors.SqlglotError as error:
        raise invalid_query(f"Not supported here: {error}") from error
    finally:
        for name in context.scratch:
            if name != job.physical:
                state.store.drop(name)


def _single(state: State, job: Job, context: Context, text: str) -> None:
    dry = bool(job.configuration.get("dryRun"))
    key = _plan(state, job)
    planned = state.plans.get(key)
    if planned is not None and not dry:
        context.limit(planned.prepared)
        outcome = replace(planned, physical=statements.into(context, planned.fields, planned.prepared.sql))
    else:
        outcome = planned or script.execute(context, text, run=not dry)
    if dry:
        context.limit(outcome.prepared)
        if outcome.kind == "SELECT" and not context.scratch:
            state.plans = {key: outcome}
    _describe(state, job, outcome, dry=dry)
    if not dry:
        _finish(state, job, outcome)


def _plan(state: State, job: Job) -> str:
    """Names a query together with all on which its plan depends. The plan of the last dry run is kept: most queries
    come again at once, in earnest."""
    config = job.configuration["query"]
    asked = [config.get(name) for name in ("query", "defaultDataset", "queryParameters", "parameterMode")]
    here = (asked, job.project, job.location, state.behaviour, state.forbidden)
    return f"{here} {state.catalogue.fingerprint()}"


def _limit(prepared: Prepared, limit: int) -> None:
    cost = charged(prepared)
    if cost > limit:
        raise Problem(
            "bytesBilledLimitExceeded",
            f"Query exceeded limit for bytes billed: {limit}. {cost} or higher required.",
        )


def charged(prepared: Prepared) -> int:
    """Bytes billed."""
    sizes: dict[Key, int] = {key: size for key, size in prepared.sizes.items() if size}
    return billed(sizes | {("", "", view): 0 for view in prepared.views})


def _describe(state: State, job: Job, outcome: Outcome, *, dry: bool) -> None:
    total = str(outcome.prepared.bytes if state.behaviour.sizes_of_dry_runs or not dry else 0)
    reads = {read.table.key: None for read in outcome.prepared.reads}
    about: Json = {
        "statementType": outcome.kind,
        "totalBytesProcessed": total,
        "totalBytesBilled": "0" if dry else str(charged(outcome.prepared)),
        "cacheHit": False,
        "referencedTables": [
            {"projectId": key[0], "datasetId": key[1], "tableId": key[2]}
            for key in reads
            if key[1] != "_script"
        ],
    }
    if dry:
        about["totalBytesProcessedAccuracy"] = "PRECISE"
    else:
        about["billingTier"] = 1
        about["totalSlotMs"] = "1"
    if any(read.table.policies for read in outcome.prepared.reads):
        job.statistics["rowLevelSecurityStatistics"] = {"rowLevelSecurityApplied": True}
    if any(read.columns & set(read.table.masked) for read in outcome.prepared.reads):
        job.statistics["dataMaskingStatistics"] = {"dataMaskingApplied": True}
    if outcome.kind == "SELECT":
        about["schema"] = {"fields": outcome.fields}
    if outcome.affected is not None and not dry:
        about["numDmlAffectedRows"] = str(sum(outcome.affected.values()))
        about["dmlStats"] = {key: str(value) for key, value in outcome.affected.items()}
    if outcome.operation:
        about["ddlOperationPerformed"] = outcome.operation
    if outcome.target:
        target = dict(zip(("projectId", "datasetId", "tableId"), outcome.target, strict=True))
        about["ddlTargetTable" if outcome.operation else "dmlTarget"] = target
    job.statistics["totalBytesProcessed"] = total
    job.statistics["query"] = about


def _finish(state: State, job: Job, outcome: Outcome) -> None:
    """Where the rows of a query go: into the table that was named, or one without a name."""
    config = job.configuration["query"]
    job.fields, job.physical = outcome.fields, outcome.physical
    if outcome.affected is not None:
        job.affected = sum(outcome.affected.values())
    if outcome.kind != "SELECT":
        if config.get("destinationTable"):
            raise invalid_query("Cannot set destination table in jobs with DML or DDL statements")
        return
    if config.get("destinationTable"):
        wanted = destination.of(config["destinationTable"], job.project)
        rows = state.store.arrow(outcome.physical, outcome.fields)
        properties = {
            key: config[key]
            for key in ("timePartitioning", "rangePartitioning", "clustering")
            if key in config
        }
        destination.write(
            state,
            wanted,
            outcome.fields,
            rows,
            config,
            properties=properties,
            standard="WRITE_EMPTY",
            location=job.location,
        )
        return
    config["destinationTable"] = destination.anonymous(state, job)


def _script(state: State, job: Job, context: Context, texts: list[str]) -> None:
    if not state.behaviour.scripts:
        raise invalid_query("Scripts and transactions are not supported")
    tree = script.blocks(texts)
    if job.configuration.get("dryRun"):
        job.statistics["totalBytesProcessed"] = "0"
        job.statistics["query"] = {"statementType": "SCRIPT", "totalBytesProcessed": "0"}
        return
    total: list[tuple[int, int]] = []

    def each(text: str, outcome: Outcome) -> None:
        child = state.jobs.child(job, text)
        _describe(state, child, outcome, dry=False)
        child.fields, child.physical = outcome.fields, outcome.physical
        if outcome.affected is not None:
            child.affected = sum(outcome.affected.values())
        if outcome.kind == "SELECT":
            child.configuration["query"]["destinationTable"] = destination.anonymous(state, child)
        total.append((outcome.prepared.bytes, charged(outcome.prepared)))

    runner = script.Script(context, each)
    with state.store.lock:
        runner.run(tree)
    processed = str(sum(size for size, _ in total))
    job.statistics |= {"totalBytesProcessed": processed, "numChildJobs": str(len(total))}
    job.statistics["query"] = {
        "statementType": "SCRIPT",
        "totalBytesProcessed": processed,
        "totalBytesBilled": str(sum(cost for _, cost in total)),
        "cacheHit": False,
    }
    if runner.last is not None:
        job.fields, job.physical = runner.last.fields, runner.last.physical
        if runner.last.affected is not None:
            job.affected = sum(runner.last.affected.values())
        if runner.last.kind == "SELECT":
            job.configuration["query"]["destinationTable"] = destination.anonymous(state, job)
