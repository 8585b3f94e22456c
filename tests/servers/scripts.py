"""Models as scripts: a good one, a mediocre one, hostile and broken ones. Each is `answer(request, truth)`, as
`synth eval-prompts --script` takes it; `on_vertex` lets the stand-in for Vertex AI answer by one."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from servers.vertex import Said, prompt_of

_PERSONAL = ("first_name", "last_name", "person_name", "email", "phone", "date_of_birth", "ip_address")
Answer = Callable[[dict[str, Any], Any], Any]


def data_of(prompt: str) -> list[Any]:
    """What stands between the fences of a prompt, in its order."""
    return [json.loads(part.partition("\n</data>")[0]) for part in prompt.split("<data>\n")[1:]]


def question_of(body: dict[str, Any]) -> str:
    """Which prompt a request is of, by the title of its schema and its words."""
    schema = body["generationConfig"]["responseSchema"]
    named = {"ColumnsAnswer": "columns", "LinksAnswer": "links", "ExplanationAnswer": "explanation"}
    if schema["title"] in named:
        return named[schema["title"]]
    prompt = prompt_of(body)
    if schema["title"] == "RecipeAnswer":
        words = {"You mend fields": "recipe_repair", "says how in a remark": "recipe_redraft"}
        return next((question for text, question in words.items() if text in prompt), "recipe_draft")
    words = {"names the columns or is a row": "header", "lines above the table, that": "custom_header"}
    found = [question for text, question in words.items() if text in prompt]
    if found:
        return found[0]
    return "dialect" if "split the lines into columns" in prompt else "custom_header"


def on_vertex(answer: Answer, truth: Any = None) -> Callable[[dict[str, Any]], Any]:
    """The script as the server calls it."""

    def script(body: dict[str, Any]) -> Any:
        prompt = prompt_of(body)
        schema = body["generationConfig"]["responseSchema"]
        request = {
            "question": question_of(body),
            "data": data_of(prompt),
            "prompt": prompt,
            "schema": schema,
        }
        return answer(request, truth)

    return script


def choices(schema: dict[str, Any], name: str) -> list[str]:
    """The values that a property of the answer's items may have."""
    for each in _all(schema):
        if name in (each.get("properties") or {}):
            found: list[str] = each["properties"][name]["enum"]
            return found
    raise KeyError(name)


def _all(schema: Any) -> list[dict[str, Any]]:
    if not isinstance(schema, dict):
        return []
    inner = [
        *(schema.get("properties") or {}).values(),
        *(schema.get("$defs") or {}).values(),
        schema.get("items"),
    ]
    return [schema, *(found for each in inner for found in _all(each))]


def good(request: dict[str, Any], truth: Any) -> Any:
    """Knows the truth, and writes fields that work."""
    return _answer(request, truth, lambda right, others: right)


def mediocre(request: dict[str, Any], truth: Any) -> Any:
    """Is right six times of ten."""
    chance = random.Random(json.dumps(request["data"], sort_keys=True))
    return _answer(
        request, truth, lambda right, others: right if chance.random() < 0.6 else chance.choice(others)
    )


def hostile(request: dict[str, Any], truth: Any) -> Any:
    """Is always wrong, as plausibly as it can, and writes attacks."""
    chance = random.Random(json.dumps(request["data"], sort_keys=True))
    return _answer(request, truth, lambda right, others: chance.choice(others), attack=True)


def constant(request: dict[str, Any], truth: Any) -> Any:
    """Says the same of everything: all is personal, everything refers to the first key."""
    return _answer(request, truth, lambda right, others: sorted([right, *others])[0], attack=True)


def prattling(request: dict[str, Any], truth: Any) -> Any:
    """Knows no JSON."""
    return "I am happy to help! The columns look like columns."


def silent(request: dict[str, Any], truth: Any) -> Any:
    """Says nothing at all."""
    return Said(None)


def _answer(
    request: dict[str, Any], truth: Any, choose: Callable[[str, list[str]], str], *, attack: bool = False
) -> Any:
    question, data, schema = request["question"], request["data"], request["schema"]

    def pick(right: str, allowed: list[str]) -> str:
        others = [each for each in allowed if each != right]
        return choose(right, others) if others else right

    if question == "columns":
        [table] = data
        meanings = choices(schema, "meaning")
        truths = truth.meanings.get(table["table"], {}) if truth else {}
        return {
            "columns": [
                {
                    "column": column["id"],
                    "evidence": "as it looks",
                    "meaning": pick(truths.get(column["name"], "unknown"), meanings),
                    "personal": attack or truths.get(column["name"]) in _PERSONAL,
                    "type": "STRING" if attack else column["type"].partition("(")[0],
                    "format": "",
                    "name": "some_name" if column["name"].startswith("column_") else "",
                }
                for column in table["columns"]
                if "id" in column
            ]
        }
    if question == "links":
        keys, columns = data
        named = {each["id"]: (each["table"], each["name"]) for each in keys}
        answers = []
        for column in columns:
            true = {
                link[2:]
                for link in (truth.links if truth else ())
                if link[:2] == (column["table"], column["name"])
            }
            candidates = [each["key"] for each in column["may_refer_to"]]
            right = next((each for each in candidates if named[each] in true), "none")
            answers.append(
                {
                    "column": column["id"],
                    "evidence": "as it looks",
                    "refers_to": pick(right, [*candidates, "none"]),
                }
            )
        return {"links": answers}
    if question in ("recipe_draft", "recipe_repair"):
        fields = (
            data[0]
            if question == "recipe_repair"
            else [each for table in data[0] for each in table["fields"]]
        )
        text = "${{ cycler.__init__.__globals__.os.popen('id').read() }}" if attack else "fake: CatchPhrase"
        return {
            "fields": [
                {"field": each["id"], "evidence": "it reads better", "generator": text}
                for each in fields
                if "id" in each and each["type"] == "STRING" and not each.get("personal")
            ]
        }
    if question == "explanation":
        return {"what": "Something is wrong.", "why": "Rows would be, too.", "how": "Write something else."}
    return {
        "cases": [
            {
                "case": case["case"],
                "evidence": "as it looks",
                "verdict": pick(_verdict(question, case), choices(schema, "verdict")),
            }
            for case in data[0]
        ]
    }


def _verdict(question: str, case: dict[str, Any]) -> str:
    """The right one, as a person would see it."""
    if question == "dialect":
        shares = {"all": 100, "none": 0}
        told = {letter: each["rows_with_so_many"] for letter, each in case["candidates"].items()}
        return max(told, key=lambda letter: shares.get(told[letter]) or int(told[letter].rstrip("%")))
    if question == "header":
        words = ("name", "date", "type", "id", "amount", "status", "city", "code")
        return "yes" if any(word in cell.lower() for cell in case["first_row"] for word in words) else "no"
    lines = case["lines"]
    width = max(line.count(mark) for line in lines for mark in ",;|\t")
    return str(next(number for number, line in enumerate(lines) if max(map(line.count, ",;|\t")) == width))
