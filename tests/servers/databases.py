"""A small database with labels, as `synth eval-prompts` reads them: a clinic, made up anew from a seed."""

from __future__ import annotations

import csv
import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from faker import Faker

MEANINGS = {
    "patients.first": "first_name",
    "patients.last": "last_name",
    "patients.mail": "email",
    "patients.phone": "phone",
    "patients.town": "city",
    "patients.country": "country",
    "patients.born": "date_of_birth",
    "patients.site": "url",
    "doctors.name": "person_name",
    "doctors.title": "job_title",
    "doctors.mail": "email",
    "doctors.host": "ip_address",
    "wards.label": "organization_name",
    "wards.colour": "color",
    "wards.head": "person_name",
    "wards.building": "place_name",
    "visits.drug": "product_name",
    "visits.fee": "money",
    "visits.token": "uuid",
    "visits.remark": "free_text",
    "visits.kind": "category",
    "visits.reading": "code_pattern",
    "visits.currency": "currency_code",
}
LINKS = [
    ("visits", "patient", "patients", "number"),
    ("visits", "doctor", "doctors", "code"),
    ("doctors", "ward", "wards", "ward"),
]


def write_clinic(folder: Path, *, rows: int = 120, seed: int = 5) -> dict[str, list[dict[str, Any]]]:
    """Write `folder/relational/clinic` and return its rows by table."""
    fake, chance = Faker(), random.Random(seed)
    fake.seed_instance(seed)
    wards = [
        {
            "ward": f"W{number:03}",
            "label": f"{fake.last_name()} {chance.choice(['Institute', 'Foundation', 'Clinic', 'Centre'])}",
            "colour": chance.choice(["red", "green", "blue", "white", "yellow"]),
            "head": fake.name(),
            "building": f"{chance.choice(['Upper', 'Lower', 'Old', 'New'])} {fake.word().title()} {number}",
        }
        for number in range(1, 31)
    ]
    doctors = [
        {
            "code": f"D-{number:04}",
            "name": fake.name(),
            "title": fake.job(),
            "mail": f"{fake.user_name()}{number}@clinic.example",
            "host": fake.ipv4(),
            "ward": chance.choice(wards)["ward"],
        }
        for number in range(1, 61)
    ]
    patients = [
        {
            "number": 1000 + number,
            "first": fake.first_name(),
            "last": fake.last_name(),
            "mail": f"{fake.user_name()}{number}@mail.example",
            "phone": f"+49 {chance.randint(151, 179)} {chance.randint(1000000, 9999999)}",
            "town": fake.city(),
            "country": fake.country(),
            "born": str(date(1930, 1, 1) + timedelta(days=chance.randrange(30000))),
            "site": fake.url(),
        }
        for number in range(rows)
    ]
    visits = [
        {
            "visit": 1 + number,
            "patient": chance.choice(patients)["number"],
            "doctor": chance.choice(doctors)["code"],
            "fee": f"{chance.randint(2000, 90000) / 100:.2f}",
            "token": str(fake.uuid4()),
            "remark": fake.sentence(nb_words=12),
            "drug": f"{fake.word().title()}{chance.choice(['ol', 'ix'])} {chance.choice(['forte', 'mild'])}",
            "kind": chance.choice(["initial", "repeated", "urgent", "remote"]),
            "reading": f"{chance.choice('ABCDEFG')}{chance.randint(10, 99)}/{chance.randint(100, 999)}",
            "currency": chance.choice(["EUR", "USD", "CHF"]),
        }
        for number in range(2 * rows)
    ]
    tables = {"wards": wards, "doctors": doctors, "patients": patients, "visits": visits}
    place = folder / "relational" / "clinic"
    place.mkdir(parents=True)
    for name, made in tables.items():
        with (place / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(made[0]))
            writer.writeheader()
            writer.writerows(made)
    labels = {
        "semantic_types": MEANINGS,
        "foreign_keys": [
            {"table": one, "columns": [column], "ref_table": other, "ref_columns": [ref]}
            for one, column, other, ref in LINKS
        ],
        "optional_foreign_keys": [],
    }
    (place / "labels.json").write_text(json.dumps(labels))
    return tables
