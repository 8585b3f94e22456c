"""Makes the example shop in `examples/shop`: nine tables in as many dialects, all invented.

    python examples/make_shop.py [FOLDER]

The same bytes each time, on every Python: all chance comes from `random.Random.random`, whose sequence for
a seed Python promises to keep, and no sum is rounded. (How events.csv.gz is compressed depends on the
machine's zlib; what is in it does not.)
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import shop_words as words

T = TypeVar("T")
Row = tuple[Any, ...]
FIRST_ORDER, LAST_DAY = date(2024, 1, 2), date(2026, 10, 30)
CUSTOMERS, PRODUCTS, SUPPLIERS, EMPLOYEES = 900, 320, 300, 300
ORDERS, EVENTS, REVIEWS = 1250, 2400, 600


class Dice:
    """Chance, from nothing but `random()`."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def chance(self, percent: int) -> bool:
        return self._random() * 100 < percent

    def whole(self, low: int, high: int) -> int:
        return low + int(self._random() * (high - low + 1))

    def low(self, low: int, high: int) -> int:
        """Small numbers more often than large ones."""
        return low + int(self._random() * self._random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        return items[self.whole(0, len(items) - 1)]

    def word(self, words: str) -> str:
        return self.pick(words.split(", "))

    def weighted(self, weights: dict[T, int]) -> T:
        left = self.whole(1, sum(weights.values()))
        for item, weight in weights.items():
            left -= weight
            if left <= 0:
                return item
        raise AssertionError("the weights cover every draw")

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """So many different ones, in a random order."""
        rest = list(items)
        return [rest.pop(self.whole(0, len(rest) - 1)) for _ in range(min(count, len(rest)))]

    def day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.whole(0, (last - first).days))

    def digits(self, pattern: str) -> str:
        return "".join(str(self.whole(0, 9)) if sign == "#" else sign for sign in pattern)

    def yes(self, percent: int) -> str:
        return "Y" if self.chance(percent) else "N"


def money(cents: int) -> str:
    """1234 → 12.34"""
    return f"{cents // 100}.{cents % 100:02d}"


def comma(number: str) -> str:
    """12.34 → 12,34"""
    return number.replace(".", ",")


def german(day: date | None) -> str | None:
    """The day as 31.10.2026"""
    return day.strftime("%d.%m.%Y") if day else None


def utc(time: datetime) -> str:
    """The time as 2026-10-31T12:34:56Z"""
    return f"{time.isoformat()}Z"


def address_part(name: str) -> str:
    """A name as it stands in a mail address."""
    name = name.lower()
    for letter, plain in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.replace(letter, plain)
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()


def write(path: Path, rows: Iterable[Row], *, encoding: str = "utf-8", top: str = "", **how: Any) -> None:
    """Write delimited rows, None as an empty field, below `top` as it is."""
    buffer = io.StringIO(newline="")
    buffer.write(top)
    csv.writer(buffer, **{"lineterminator": "\n", **how}).writerows(rows)
    data = buffer.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def header(names: str) -> Row:
    return tuple(names.split(", "))


def customers(dice: Dice) -> list[Row]:
    rows: list[Row] = []
    registered = sorted(dice.day(date(2019, 3, 1), date(2026, 9, 30)) for _ in range(CUSTOMERS))
    for number, since in enumerate(registered, start=1):
        land = dice.weighted({"DE": 62, "FR": 25, "SE": 13})
        given, family = dice.word(words.GIVEN_NAMES[land]), dice.word(words.FAMILY_NAMES[land])
        mail = f"{address_part(given)}.{address_part(family)}{number}@{dice.word(words.MAIL_DOMAINS)}"
        phone = dice.digits(dice.word(words.PHONES[land])) if dice.chance(80) else None
        street, house = dice.word(words.STREETS[land]), dice.low(1, 140)
        city, area = dice.word(words.CITIES[land]).rsplit(" ", 1)
        home = (
            f"{house} {street}" if land == "FR" else f"{street} {house}",
            dice.digits(f"{area}##"),
            city,
            land,
        )
        born = dice.day(date(1942, 1, 1), date(2007, 12, 31)) if dice.chance(65) else None
        rows.append((10000 + number, given, family, mail, phone, *home, born, dice.yes(38), since))
    return rows


def products(dice: Dice) -> list[dict[str, Any]]:
    made = []
    for number in range(1, PRODUCTS + 1):
        category = dice.weighted({"Kitchen": 34, "Table": 27, "Garden": 15, "Bath": 14, "Desk": 10})
        code, things, lowest, highest, grams = words.CATEGORIES[category]
        thing, material, size = dice.word(things), dice.word(words.MATERIALS), 4 * dice.whole(3, 11)
        names = {f"{thing}, {material}": 70, f"{thing} {size} cm; {material}": 22, f'{thing} "Ida"': 8}
        made.append(
            {
                "id": f"{code}-{number:04d}",
                "name": dice.weighted(names),
                "category": category,
                "cents": dice.low(lowest // 10, highest // 10) * 10 - 5 * dice.whole(0, 1),
                "grams": grams // 2 + dice.low(0, grams * 2),
                "colour": dice.word(words.COLOURS) if dice.chance(75) else None,
                "introduced": dice.day(date(2018, 1, 8), date(2026, 6, 30)),
                "active": dice.yes(87),
            }
        )
    return made


def product_row(thing: dict[str, Any]) -> Row:
    kilos = f"{thing['grams'] // 1000}.{thing['grams'] % 1000:03d}"
    facts = (comma(money(thing["cents"])), comma(kilos), thing["colour"], german(thing["introduced"]))
    return (thing["id"], thing["name"], thing["category"], *facts, thing["active"])


def suppliers(dice: Dice) -> list[Row]:
    rows: list[Row] = []
    for number in range(1, SUPPLIERS + 1):
        country = dice.pick(list(words.SUPPLIER_COUNTRIES))
        form, cities, names = words.SUPPLIER_COUNTRIES[country]
        company = " ".join([*dice.some(names.split(", "), 2), form])
        days = dice.low(2, 45) if dice.chance(92) else "n/a"
        rating = f"{dice.whole(2, 4)}.{dice.whole(0, 9)}" if dice.chance(90) else "n/a"
        rows.append((4000 + number, company, dice.word(cities), country, days, rating))
    return rows


def product_suppliers(dice: Dice, goods: Sequence[dict[str, Any]]) -> list[Row]:
    rows: list[Row] = []
    for thing in goods:
        chosen = sorted(dice.some(range(4001, 4001 + SUPPLIERS), dice.whole(1, 3)))
        preferred = dice.pick(chosen)
        for supplier in chosen:
            price = money(thing["cents"] * dice.whole(38, 66) // 100)
            rows.append((thing["id"], supplier, price, "Y" if supplier == preferred else "N"))
    return rows


def employees(dice: Dice) -> list[Row]:
    """Number 1 leads; the heads of the departments report to her, team leads to them, the rest to a lead."""
    rows: list[Row] = []
    departments = list(words.JOBS)
    leads: dict[str, list[int]] = {}
    for number in range(1, EMPLOYEES + 1):
        department = departments[number % 5] if number <= 26 else dice.pick(departments)
        boss: int | None
        if number == 1:
            job, boss, pay = "Managing director", None, 14_200_000
        elif number <= 6:
            job, boss, pay = f"Head of {department}", 1, 8_800_000
            leads[department] = [number]
        elif number <= 26:
            job, boss, pay = f"Team lead {department}", leads[department][0], 5_400_000
            leads[department].append(number)
        else:
            job, boss, pay = dice.word(words.JOBS[department]), dice.pick(leads[department]), 2_900_000
        given, family = dice.word(words.GIVEN_NAMES["DE"]), dice.word(words.FAMILY_NAMES["DE"])
        mail = f"{address_part(given)[0]}.{address_part(family)}{number}@shop.example.com"
        hired = dice.day(date(2012, 1, 1), date(2026, 8, 31))
        left = dice.day(hired + timedelta(days=30), LAST_DAY) if number > 26 and dice.chance(14) else None
        work = (department, job, f"{boss:04d}" if boss else None, german(hired), german(left))
        salary = money(pay + 5000 * dice.low(0, 460))
        rows.append((f"{number:04d}", given, family, mail, *work, salary, dice.yes(78)))
    return rows


def orders(dice: Dice, buyers: Sequence[Row], goods: Sequence[dict[str, Any]]) -> tuple[list[Row], list[Row]]:
    """Orders and their lines; an order's total is that of its lines and the shipping."""
    rows: list[Row] = []
    lines: list[Row] = []
    customers = (buyers[dice.low(0, CUSTOMERS - 1)] for _ in range(ORDERS))
    heads = sorted((dice.day(max(FIRST_ORDER, buyer[-1]), LAST_DAY), buyer[0]) for buyer in customers)
    for number, (ordered, customer) in enumerate(heads, start=1):
        order, total = f"SO-{240000 + number}", 0
        for line, thing in enumerate(dice.some(goods, dice.low(1, 7)), start=1):
            quantity = dice.weighted({1: 60, 2: 22, 3: 6, 4: 8, 6: 4})
            discount = 5 if dice.chance(15) else None
            price = thing["cents"] * 95 // 100 if discount else thing["cents"]
            lines.append((order, line, thing["id"], quantity, money(price), discount))
            total += quantity * price
        usual = {"delivered": 88, "returned": 7, "cancelled": 5}
        recent = {"open": 45, "shipped": 45, "cancelled": 10}
        status = dice.weighted(recent if (LAST_DAY - ordered).days < 30 else usual)
        shipped = delivered = None
        if status not in ("open", "cancelled"):
            shipped = min(LAST_DAY, ordered + timedelta(days=dice.low(0, 7)))
        if shipped and status != "shipped":
            delivered = shipped + timedelta(days=dice.low(1, 10))
        channel = dice.weighted({"web": 61, "phone": 21, "store": 18})
        employee = f"{dice.whole(7, 70):04d}" if channel != "web" else None
        cost = dice.weighted({490: 60, 690: 30, 1290: 10}) if total < 8000 else 0
        bill = (dice.weighted({"card": 46, "invoice": 31, "paypal": 23}), money(cost), money(total + cost))
        note = dice.pick(words.ORDER_NOTES) if dice.chance(12) else None
        rows.append((order, customer, employee, channel, status, ordered, shipped, delivered, *bill, note))
    return rows, lines


def events(dice: Dice, buyers: Sequence[Row], goods: Sequence[dict[str, Any]]) -> list[Row]:
    """What visitors of the web shop did, in the order of time."""
    rows: list[Row] = []
    session = 880000
    while len(rows) < EVENTS:
        session += 1
        customer = dice.pick(buyers)[0] if dice.chance(55) else None
        device = dice.weighted({"phone": 58, "desktop": 34, "tablet": 8})
        at = datetime(2026, 8, 1) + timedelta(seconds=dice.whole(0, 90 * 86400))
        for _ in range(min(dice.low(1, 14), EVENTS - len(rows))):
            kind = dice.weighted({"view": 64, "search": 17, "add_to_cart": 11, "remove": 3, "checkout": 5})
            product = dice.pick(goods)["id"] if kind in ("view", "add_to_cart", "remove") else None
            duration = dice.low(180, 94000) if kind in ("view", "search") else None
            event = "".join(dice.pick("0123456789abcdef") for _ in range(16))
            rows.append((event, utc(at), session, customer, kind, product, device, duration))
            at += timedelta(seconds=dice.low(2, 400))
    return sorted(rows, key=lambda row: row[1])


def reviews(dice: Dice, buyers: Sequence[Row], goods: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    made = []
    for number in range(70001, 70001 + REVIEWS):
        rating = dice.weighted({5: 44, 4: 27, 3: 13, 2: 7, 1: 9})
        writer = dice.pick(buyers)
        sentences = dice.some(words.PRAISE if rating > 2 else words.COMPLAINTS, dice.whole(1, 4))
        widths = dice.some((800, 1024, 1600, 2048), dice.low(0, 4))
        made.append(
            {
                "review_id": number,
                "product_id": dice.pick(goods)["id"],
                "customer_id": writer[0],
                "rating": rating,
                "title": dice.word(words.REVIEW_TITLES[rating]) if dice.chance(80) else None,
                "body": " ".join(sentences),
                "author": {"name": f"{writer[1]} {writer[2][0]}.", "verified": dice.chance(83)},
                "tags": dice.some(words.TAGS.split(", "), dice.low(0, 4)),
                "photos": [
                    {"file": f"r{number}-{photo}.jpg", "width": width, "height": width * 3 // 4}
                    for photo, width in enumerate(widths, start=1)
                ],
                "posted_at": utc(datetime(2024, 2, 1) + timedelta(seconds=dice.whole(0, 1000 * 86400))),
            }
        )
    return made


def make(folder: Path) -> None:
    """Write the whole shop. Each table has dice of its own, so that a change of one leaves the rest alone."""
    folder.mkdir(parents=True, exist_ok=True)
    buyers, goods = customers(Dice(1)), products(Dice(2))
    heads, lines = orders(Dice(3), buyers, goods)

    write(folder / "customers.csv", buyers, delimiter="|")

    names = header("Product ID, Name, Category, Unit Price, Weight kg, Colour, Introduced, Active")
    write(folder / "products.csv", [names, *map(product_row, goods)], delimiter=";")

    names = header("supplier_id, company, city, country, lead_time_days, rating")
    rows = [names, *suppliers(Dice(4))]
    write(folder / "suppliers.csv", rows, encoding="latin-1", lineterminator="\r\n")

    names = header("product_id, supplier_id, purchase_price, preferred")
    rows = [names, *product_suppliers(Dice(5), goods)]
    write(folder / "product_suppliers.csv", rows, quoting=csv.QUOTE_ALL)

    names = header(
        "employee_id, given_name, family_name, email, department, job, manager_id, hired_on, left_on, "
        "salary, full_time"
    )
    write(folder / "employees.dat", [names, *employees(Dice(6))], delimiter="^")

    names = header(
        "order_id, customer_id, employee_id, channel, status, ordered_on, shipped_on, delivered_on, "
        "payment, shipping_cost, total, note"
    )
    banner = f"HEADER shop orders, as of {LAST_DAY}, {len(heads)} rows\n\n"
    write(folder / "orders.txt", [names, *heads], top=banner)

    names = header("order_id, line_no, product_id, quantity, unit_price, discount_percent")
    write(folder / "order_lines.tsv", [names, *lines], delimiter="\t")

    names = header("event_id, occurred_at, session_id, customer_id, kind, product_id, device, duration_ms")
    write(folder / "events.csv.gz", [names, *events(Dice(7), buyers, goods)])

    documents = (json.dumps(review, ensure_ascii=False) for review in reviews(Dice(8), buyers, goods))
    (folder / "reviews.ndjson").write_bytes("".join(f"{document}\n" for document in documents).encode())

    labels = {
        "customers": {"column_1": "customer number", "column_7": "postal code", "column_11": "newsletter"}
    }
    (folder / "labels.json").write_bytes(f"{json.dumps(labels, indent=2)}\n".encode())


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "shop")
