"""Asks whether a model of Vertex AI is there and may be asked: by counting tokens, which costs nothing."""

from __future__ import annotations

from synth_core.adapters.google.models import model_client
from synth_core.adapters.google.outcomes import ERRORS, answer_to
from synth_core.checkup.answers import Answer, Outcome

_MILLISECONDS = 15_000


def ask_model(model: str, project: str, location: str, endpoint: str) -> Answer:
    """One call, not tried again: a service that is busy is what was asked for."""
    # Kept in a variable: a client without a name would be closed before it is answered.
    client = model_client(project, location or "global", endpoint, milliseconds=_MILLISECONDS)
    try:
        client.models.count_tokens(model=model, contents="1")
    except ERRORS as error:
        return answer_to(error, "aiplatform.endpoints.predict")
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("httpx", "httpx2", "httpcore"):
            raise
        return Answer(outcome=Outcome.BUSY, said=f"{type(error).__name__}: it was not reached.")
    return Answer(outcome=Outcome.FINE)
