"""Plain words for free text that says nothing, in several languages."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from functools import lru_cache

LANGUAGES = {
    "cs": "cs_CZ",
    "da": "da_DK",
    "de": "de_DE",
    "el": "el_GR",
    "es": "es_ES",
    "fr": "fr_FR",
    "it": "it_IT",
    "nl": "nl_NL",
    "pl": "pl_PL",
    "ru": "ru_RU",
    "uk": "uk_UA",
}
"""Languages of which Faker knows plain words, by the locale that has them; English is the list below."""
_SHORT = 4
"""Letters of a word that stands in for a longer one."""

WORDS = (
    "account", "action", "adjust", "advance", "agenda", "agree", "air", "amount", "analysis", "answer",
    "apple", "apply", "area", "arrive", "article", "aspect", "asset", "attempt", "author", "autumn",
    "average", "balance", "bank", "base", "basic", "basket", "beach", "begin", "benefit", "blue", "board",
    "bottle", "branch", "bread", "breeze", "bridge", "brief", "bright", "bring", "budget", "build",
    "button", "call", "camera", "candle", "capital", "care", "carry", "castle", "center", "certain",
    "chain", "change", "channel", "chapter", "charge", "check", "choice", "circle", "citizen", "city",
    "clear", "client", "climate", "close", "cloud", "coast", "coffee", "collect", "color", "comfort",
    "common", "company", "compare", "complete", "concept", "concert", "connect", "consider", "contact",
    "content", "control", "cook", "copper", "corner", "cotton", "country", "course", "cover", "create",
    "credit", "culture", "current", "custom", "cycle", "daily", "data", "deal", "debate", "decide",
    "deep", "degree", "deliver", "demand", "depend", "design", "detail", "develop", "digital", "dinner",
    "direct", "discuss", "distance", "doctor", "double", "draft", "dream", "drive", "early", "earth",
    "east", "easy", "edge", "effect", "effort", "electric", "element", "energy", "engine", "enjoy",
    "enter", "equal", "estimate", "evening", "event", "exact", "example", "exchange", "expand", "expect",
    "express", "extra", "factor", "fair", "family", "farm", "fashion", "feature", "field", "figure",
    "final", "finish", "flight", "floor", "flow", "focus", "follow", "forest", "form", "forward", "frame",
    "free", "fresh", "friend", "fruit", "future", "garden", "gather", "general", "gentle", "glass",
    "global", "goal", "gold", "good", "grand", "green", "ground", "group", "grow", "guest", "guide",
    "half", "hand", "harbor", "head", "heat", "height", "help", "high", "history", "holiday", "home",
    "honest", "hour", "house", "human", "idea", "image", "impact", "improve", "include", "income",
    "increase", "index", "industry", "inform", "initial", "inside", "interest", "island", "issue", "item",
    "join", "journey", "joy", "keep", "kind", "kitchen", "label", "lake", "land", "large", "late",
    "launch", "layer", "lead", "learn", "leave", "lemon", "lesson", "letter", "level", "library", "light",
    "limit", "line", "list", "local", "logic", "long", "lower", "lunch", "machine", "main", "major",
    "manage", "manual", "margin", "mark", "market", "master", "match", "matter", "meadow", "measure",
    "medium", "meet", "member", "memory", "message", "metal", "method", "middle", "mind", "minute",
    "mirror", "mobile", "model", "modern", "moment", "month", "morning", "motion", "mountain", "move",
    "music", "narrow", "nature", "need", "network", "never", "night", "normal", "north", "note", "notice",
    "number", "object", "ocean", "offer", "office", "open", "option", "orange", "order", "origin",
    "outside", "paint", "panel", "paper", "parcel", "part", "pass", "path", "pattern", "pause", "payment",
    "people", "period", "person", "phase", "phone", "photo", "picture", "piece", "place", "plan", "plant",
    "plate", "player", "point", "policy", "popular", "position", "possible", "power", "practice",
    "prefer", "prepare", "present", "press", "price", "print", "private", "problem", "process", "produce",
    "product", "profit", "program", "progress", "project", "proof", "proper", "protect", "public",
    "purpose", "quality", "quarter", "question", "quick", "quiet", "radio", "rain", "range", "rapid",
    "rate", "reach", "ready", "reason", "receive", "record", "reduce", "region", "regular", "relate",
    "release", "remain", "remind", "remote", "repair", "repeat", "reply", "report", "request", "rest",
    "result", "return", "review", "right", "ring", "river", "road", "rock", "role", "room", "round",
    "route", "rule", "safe", "sample", "scale", "schedule", "school", "science", "screen", "season",
    "second", "section", "select", "sense", "series", "serve", "service", "session", "shape", "share",
    "shelf", "ship", "short", "side", "signal", "silver", "simple", "single", "site", "size", "skill",
    "small", "smart", "smooth", "social", "soft", "solution", "source", "south", "space", "special",
    "speed", "spring", "square", "stable", "staff", "stage", "standard", "star", "start", "state",
    "station", "step", "stone", "store", "story", "street", "strong", "student", "study", "style",
    "subject", "success", "sugar", "summer", "supply", "support", "surface", "system", "table", "target",
    "task", "taste", "team", "term", "test", "text", "theme", "thing", "thought", "ticket", "time",
    "title", "today", "token", "tool", "topic", "total", "touch", "tour", "town", "track", "trade",
    "train", "travel", "tree", "trend", "trip", "trust", "type", "unit", "update", "upper", "urban",
    "useful", "usual", "valley", "value", "variety", "vehicle", "version", "view", "village", "vision",
    "visit", "voice", "volume", "walk", "wall", "warm", "watch", "water", "wave", "wealth", "weather",
    "week", "weight", "west", "wheel", "white", "wide", "window", "winter", "wood", "word", "work",
    "world", "year", "yellow", "young",
)  # fmt: skip


class Vocabulary:
    """The words of one language."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self._short = [word for word in words if len(word) <= _SHORT]
        self._places = {word: place for place, word in enumerate(words)}

    def fitting(self, words: Sequence[str], length: int) -> list[str]:
        """So many of the words that they fit into so many characters: the longest replaced by short ones first, then
        the last left out; of a single word that is too long the beginning."""
        kept = list(words[: max(1, length // 4)])
        room = length - len(" ".join(kept))
        while room < 0 and len(kept) > 1:
            place = max(range(len(kept)), key=lambda each: len(kept[each]))
            before = kept[place]
            if len(before) > _SHORT:
                kept[place] = self._shorter(before)
                room += len(before) - len(kept[place])
            else:
                room += 1 + len(kept.pop())
        if len(kept[0]) > length:
            kept = [self._shorter(kept[0])[:length]]
        return kept

    def _shorter(self, word: str) -> str:
        return self._short[self._places[word] % len(self._short)]


@lru_cache
def vocabulary(language: str) -> Vocabulary:
    """The words of one of `LANGUAGES`; of every other one, English ones."""
    return Vocabulary(words_of(language) if language in LANGUAGES else WORDS)


@lru_cache
def words_of(language: str) -> Sequence[str]:
    """Faker's plain words of one of `LANGUAGES`, each once."""
    provider = importlib.import_module(f"faker.providers.lorem.{LANGUAGES[language]}").Provider
    return tuple(dict.fromkeys(word for word in provider.word_list if " " not in word))
