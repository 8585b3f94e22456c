"""What questions cost: tokens and price, before as an estimate and after as it was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from synth_core.model.base import Frozen

PRICES: dict[str, tuple[float, float]] = {
    "gemini-3.5-flash": (1.50, 9.00),
    "gemini-3.5-flash-lite": (0.30, 2.50),
}
"""Dollars for a million tokens, in and out, by model id, as published in the middle of 2026. Prices change: what
`model_prices` of the configuration says comes first."""
_MILLION = 1_000_000


class Price(Frozen):
    """Dollars; None where no price is configured for a model that was asked."""

    dollars: float | None

    def __str__(self) -> str:
        if self.dollars is None:
            return "price unknown: set `model_prices`"
        return f"${self.dollars:.4f}" if self.dollars < 1 else f"${self.dollars:,.2f}"


class Spent(Frozen):
    """One question that was answered by a model, or out of the cache (then it cost nothing)."""

    question: str
    version: str
    model: str
    prompt_tokens: int = 0
    answer_tokens: int = 0
    cached: bool = False
    dollars: float | None = 0.0

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.prompt_tokens + self.answer_tokens


class Estimate(Frozen):
    """What is about to be asked."""

    model: str
    questions: int
    """Those that no earlier answer serves."""
    prompt_tokens: int
    answer_tokens: int
    """At most so many; answers are usually much shorter."""
    dollars: float | None
    counted: bool
    """The service has counted the question's tokens; otherwise they are worked out from its length."""

    def __str__(self) -> str:
        how = "" if self.counted else "about "
        return (
            f"{self.model}: {self.questions} question{'s' * (self.questions != 1)}, {how}{self.prompt_tokens:,} tokens "
            f"and at most {self.answer_tokens:,} for the answers, at most {Price(dollars=self.dollars)}"
        )


class Account(Frozen):
    """All that was asked for one purpose."""

    spent: tuple[Spent, ...] = ()

    @property
    def asked(self) -> tuple[Spent, ...]:
        """Questions that a model was paid for."""
        return tuple(each for each in self.spent if not each.cached)

    @property
    def tokens(self) -> int:
        """In and out, of all questions."""
        return sum(each.tokens for each in self.asked)

    @property
    def price(self) -> Price:
        """Of all questions."""
        costs = [each.dollars for each in self.asked]
        known = [each for each in costs if each is not None]
        return Price(dollars=sum(known) if len(known) == len(costs) else None)

    @property
    def model_id(self) -> str:
        """Who answered last; empty where nobody did."""
        return self.spent[-1].model if self.spent else ""

    @property
    def prompt_versions(self) -> dict[str, str]:
        """Version of each prompt that was used, by its id."""
        return {each.question: each.version for each in self.spent}

    def __str__(self) -> str:
        cached = len(self.spent) - len(self.asked)
        kept = f", {cached} out of earlier answers" if cached else ""
        models = ", ".join(dict.fromkeys(each.model for each in self.asked)) or self.model_id
        count = len(self.asked)
        return (
            f"{models}: {count} answer{'s' * (count != 1)}{kept}, {sum(each.prompt_tokens for each in self.asked):,} "
            f"tokens in and {sum(each.answer_tokens for each in self.asked):,} out, {self.price}"
        )


def cost(
    prices: Mapping[str, tuple[float, float]], model: str, prompt_tokens: int, answer_tokens: int
) -> float | None:
    """Dollars; None where the model has no price."""
    if model not in prices:
        return None
    into, out = prices[model]
    return (prompt_tokens * into + answer_tokens * out) / _MILLION


def joined(accounts: Iterable[Account]) -> Account:
    """Several accounts as one."""
    return Account(spent=tuple(each for account in accounts for each in account.spent))
