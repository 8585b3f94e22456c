"""Where people look at tables and files of Google Cloud: pages of its console."""

from __future__ import annotations

from urllib.parse import quote

from synth_core.model.places import PlaceKind, parse_place

CONSOLE = "https://console.cloud.google.com"


def console_link(address: str, table: str = "") -> str:
    """The page of an object in Cloud Storage, or of a table of a BigQuery dataset; empty for what is here."""
    place = parse_place(address)
    if place.kind is PlaceKind.BUCKET:
        return f"{CONSOLE}/storage/browser/_details/{place.bucket}/{quote(place.name)}"
    if place.kind is PlaceKind.BIGQUERY:
        parts = "".join(
            f"!{n}s{quote(part)}" for n, part in enumerate((place.project, place.dataset, table), 1)
        )
        return f"{CONSOLE}/bigquery?project={quote(place.project)}&ws=!1m5!1m4!4m3{parts}"
    return ""
