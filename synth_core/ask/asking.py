"""Asks questions: earlier answers first, then the models in their order. An answer that is none is asked for again, at
most twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from synth_core.ask.accounts import Account, Estimate, Spent, cost
from synth_core.ask.ahead import Ahead
from synth_core.ask.answers import Answer, parse, schema_of
from synth_core.ask.kept import Answers, key
from synth_core.ask.question import Question, questions
from synth_core.ask.shown import Ours, Shown
from synth_core.errors import ModelAccessError, ModelError, ModelGoneError, SynthError, TransientError
from synth_core.model.findings import Finding, Level
from synth_core.ports import LanguageModel, ModelCall, ModelReply

REPAIRS = 2
_BUSY_TWICE = 2
"""After so many questions one after the other that the service was too busy for or refused, no more are asked."""
_CHARACTERS_A_TOKEN = 3.5

A = TypeVar("A", bound=Answer)
Announce = Callable[[Estimate], None]


def unheard(estimate: Estimate) -> None:
    """Nobody wants to know what is about to be asked."""


@dataclass(frozen=True)
class Ask(Generic[A]):
    """A question with its input and the answer that it expects; `about` names its subject for people."""

    question: str
    inputs: Mapping[str, Shown | Ours]
    answer: type[A]
    about: str
    table: str = ""


class NoAnswer(Exception):
    """The question was not answered; the finding says so to the user. `too_long`: the answer was cut off, so that a
    smaller question may be answered."""

    def __init__(self, finding: Finding, *, too_long: bool = False) -> None:
        super().__init__(finding.message)
        self.finding = finding
        self.too_long = too_long


class Asker:
    """Asks on behalf of one project. Collects what it cost and what went wrong."""

    def __init__(
        self,
        carrier: LanguageModel,
        models: Sequence[str],
        answers: Answers,
        prices: Mapping[str, tuple[float, float]],
        *,
        announce: Announce = unheard,
        asked: Mapping[str, Question] | None = None,
    ) -> None:
        """`asked`: the questions by id, where they are not those that this program ships."""
        if not models:
            raise ModelError("No model is configured.", hint="Name at least one under `models`.")
        self._carrier = carrier
        self._models = list(models)
        self._answers = answers
        self._prices = prices
        self._announce = announce
        self._questions = asked if asked is not None else questions()
        self._off: Finding | None = None
        """Why nothing is asked any more."""
        self._busy = 0
        self._ahead = Ahead({}, 0)
        self.account = Account()
        self.findings: list[Finding] = []

    @property
    def model(self) -> str:
        """Whom it asks."""
        return self._models[0]

    def expect(self, asks: Sequence[Ask[A]]) -> Estimate | None:
        """Say what these questions will cost, before they are asked. Nothing is said where earlier answers do."""
        new = [each for each in asks if self._earlier(each) is None]
        if not new or self._off:
            return None
        tokens, counted = 0, True
        for each in new:
            found = self._count(each) if counted else None
            counted = found is not None
            tokens += found if found is not None else guess(self._call(each))
            if self._off:
                return None
        answers = sum(self._questions[each.question].settings.max_output_tokens for each in new)
        estimate = Estimate(
            model=self.model,
            questions=len(new),
            prompt_tokens=tokens,
            answer_tokens=answers,
            dollars=cost(self._prices, self.model, tokens, answers),
            counted=counted,
        )
        self._announce(estimate)
        return estimate

    @contextmanager
    def ahead(self, asks: Sequence[Ask[A]]) -> Iterator[None]:
        """While the block asks these questions in their order, the next ones are under way already, as many at once as
        the carrier takes."""
        sends = {}
        for each in asks:
            if not self._off and self._earlier(each) is None:
                call, deadline = self._call(each), self._questions[each.question].settings.deadline_seconds
                sends[key(self.model, call)] = partial(self._carrier.ask, self.model, call, deadline=deadline)
        if len(sends) > 1 and self._carrier.at_once > 1:
            self._ahead = Ahead(sends, self._carrier.at_once)
        try:
            yield
        finally:
            self._ahead.stop()

    def ask(self, ask: Ask[A]) -> A:
        """The answer. Raises NoAnswer; its finding is collected, too, once for each kind of trouble."""
        asked = self._questions[ask.question]
        call = self._call(ask)
        earlier = self._earlier(ask)
        if earlier is not None:
            self._spend(asked, earlier[1], cached=True)
            return earlier[0]
        for attempt in range(REPAIRS + 1):
            reply = self._send(asked, call, ask)
            answer, problem = self._judge(asked, call, reply, ask)
            if answer is not None:
                return answer
            if attempt < REPAIRS:
                call = _repair(call, problem)
        raise self._failed(
            ask,
            "model.no-answer",
            f"{self.model} gave no usable answer on {ask.about}: {problem}.",
            hint="The rules decided instead.",
        )

    def note(self, finding: Finding) -> None:
        """Collect something that the user should know."""
        if finding not in self.findings:
            self.findings.append(finding)

    def _call(self, ask: Ask[A]) -> ModelCall:
        return call_of(self._questions[ask.question], ask)

    def _earlier(self, ask: Ask[A]) -> tuple[A, ModelReply] | None:
        call = self._call(ask)
        for model in self._models:
            reply = self._answers.find(model, call)
            if reply is not None:
                answer, _ = parse(ask.answer, reply.text)
                if answer is not None:
                    return answer, reply
        return None

    def _send(self, asked: Question, call: ModelCall, ask: Ask[A]) -> ModelReply:
        """One request, to the first model that is there. Raises NoAnswer."""
        while True:
            if self._off:
                raise NoAnswer(self._off)
            try:
                begun = self._ahead.take(key(self.model, call))
                reply = (
                    begun.result()
                    if begun
                    else self._carrier.ask(self.model, call, deadline=asked.settings.deadline_seconds)
                )
            except ModelGoneError as error:
                self._answers.keep(asked.id, asked.version, self.model, call, None, error.message)
                self._next_model(error)
                continue
            except SynthError as error:
                self._answers.keep(asked.id, asked.version, self.model, call, None, error.message)
                raise self._unreached(error, ask) from None
            self._busy = 0
            self._ahead.go()
            self._spend(asked, reply)
            return reply

    def _judge(
        self, asked: Question, call: ModelCall, reply: ModelReply, ask: Ask[A]
    ) -> tuple[A | None, str]:
        """The answer, or why there is none. Why the model stopped is read before what it said."""

        def keep(problem: str = "") -> None:
            self._answers.keep(asked.id, asked.version, reply.model, call, reply, problem)

        if reply.blocked or reply.finish not in ("STOP", "MAX_TOKENS"):
            reason = reply.blocked or reply.finish or "no candidates"
            keep(f"blocked: {reason}")
            raise self._failed(
                ask,
                "model.blocked",
                f"{reply.model} did not answer on {ask.about}: {reason}.",
                hint="The rules decided instead.",
            )
        if reply.finish == "MAX_TOKENS":
            keep("cut off at max_output_tokens")
            raise NoAnswer(
                Finding(
                    level=Level.NOTE,
                    code="model.cut-off",
                    table=ask.table,
                    message=f"the answer of {reply.model} on {ask.about} was cut off at "
                    f"{call.max_output_tokens:,} tokens.",
                    hint="The rules decided instead.",
                ),
                too_long=True,
            )
        answer, problem = parse(ask.answer, reply.text)
        keep(problem)
        if answer is not None and call.prompt != self._call(ask).prompt:
            # A repaired answer is the answer to the question that was asked first.
            self._answers.keep(asked.id, asked.version, reply.model, self._call(ask), reply)
        return answer, problem

    def _next_model(self, error: ModelGoneError) -> None:
        self._ahead.stop()
        gone = self._models[0]
        if len(self._models) == 1:
            self._off = Finding(
                level=Level.WARNING,
                code="model.gone",
                message=f"{error.message} No other model is configured, so the rules decided.",
                hint=error.hint,
            )
            self.note(self._off)
            return
        del self._models[0]
        self.note(
            Finding(
                level=Level.NOTE,
                code="model.gone",
                message=f"The model {gone} is not there (any more); {self.model} was asked instead.",
                hint="Change `models` in the configuration.",
            )
        )

    def _unreached(self, error: SynthError, ask: Ask[A]) -> NoAnswer:
        """The service refused or stayed busy. Who may not ask once need not try again."""
        # One busy hour or one faulty question says little of the next; two do, and access is missing for all.
        self._busy += 1
        is_final = isinstance(error, ModelAccessError) or self._busy >= _BUSY_TWICE
        code = "model.busy" if isinstance(error, TransientError) else "model.refused"
        finding = Finding(
            level=Level.WARNING,
            code=code,
            message=f"{error.message} The rules decided{' instead' if is_final else f' on {ask.about}'}.",
            hint=error.hint,
            table="" if is_final else ask.table,
        )
        if is_final:
            self._off = finding
            self._ahead.stop()
        self.note(finding)
        return NoAnswer(finding)

    def _failed(self, ask: Ask[A], code: str, message: str, *, hint: str) -> NoAnswer:
        finding = Finding(level=Level.WARNING, code=code, message=message, hint=hint, table=ask.table)
        self.note(finding)
        return NoAnswer(finding)

    def _count(self, ask: Ask[A]) -> int | None:
        while True:
            try:
                return self._carrier.count(self.model, self._call(ask))
            except ModelGoneError as error:
                self._next_model(error)
                if self._off:
                    return None
            except SynthError:
                # The question itself will tell what is wrong; an estimate does not need the service.
                return None

    def _spend(self, asked: Question, reply: ModelReply, *, cached: bool = False) -> None:
        spent = Spent(
            question=asked.id,
            version=asked.version,
            model=reply.model,
            prompt_tokens=reply.prompt_tokens,
            answer_tokens=reply.answer_tokens,
            cached=cached,
            dollars=0.0
            if cached
            else cost(self._prices, reply.model, reply.prompt_tokens, reply.answer_tokens),
        )
        self.account = Account(spent=(*self.account.spent, spent))


def _repair(call: ModelCall, problem: str) -> ModelCall:
    """The same question once more, with what was wrong. It holds nothing of the answer itself."""
    told = f"{call.prompt}\nYour last answer could not be used: {problem}.\nAnswer again, exactly as the schema says.\n"
    return call.model_copy(update={"prompt": told})


def call_of(asked: Question, ask: Ask[A]) -> ModelCall:
    """The request of a question, as it is sent."""
    told = asked.render(ask.inputs)
    return ModelCall(
        question=asked.id,
        system=told.system,
        prompt=told.prompt,
        answer=schema_of(ask.answer),
        temperature=asked.settings.temperature,
        max_output_tokens=asked.settings.max_output_tokens,
        thinking_level=asked.settings.thinking_level,
    )


def guess(call: ModelCall) -> int:
    """About so many tokens."""
    return round((len(call.system) + len(call.prompt)) / _CHARACTERS_A_TOKEN)
