"""Every error that a person may see, as a tree.

SynthError                      its message may be shown as it is
├── UsageError                  the call itself is wrong (exit code 2 on the command line)
├── AccessError                 the person may not do that here: names the role that may
├── SourceError                 a source can't be read: names the file or table, and the line where known
│   ├── RowsError               a file's layout was found, its rows can't be read so; carries the dialect
│   └── UnsupportedError        the service does not do what was asked; another way may lead there
├── ProjectError                the project folder is missing, broken, or was changed by someone else
│   └── ConflictError           two writers: what was expected is not what is there; carries both sides
├── RecipeError                 the recipe was refused; carries the linter's findings
├── PlanError                   the plan can't be met (counts that keys can't supply, target is a source …)
│   └── CountError              more rows than keys, or those that they refer to, allow; carries how many are possible
├── GenerationError             the interpreter failed or exceeded a limit
├── TargetError                 the target can't take the data (schema differs, no space, no such place)
├── ModelError                  a language model can't be asked: no access, no such model, no usable answer
│   ├── ModelAccessError        the caller may not ask: no credentials, no role; it names what is missing
│   ├── ModelGoneError          there is no such model (any more); another may be asked
│   └── PromptError             a prompt file is missing or faulty, or got the wrong input
├── CheckError                  generated data failed a check after loading; nothing was published
└── TransientError              worth another try as it is (a busy service, a lost connection)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synth_core.model.dialect import Dialect
    from synth_core.model.findings import Finding
    from synth_core.model.version import Clash


class SynthError(Exception):
    """Base of all errors whose message is written for the user.

    `message` says what was found and where; `hint` says what would be right or what to do next.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip() if hint else message)
        self.message = message
        self.hint = hint


class UsageError(SynthError):
    """The call itself is wrong."""


class AccessError(SynthError):
    """The person may not do that."""


class SourceError(SynthError):
    """A source can't be read."""


class RowsError(SourceError):
    """Some row of a file is not as the others are (or two columns have one name). `dialect` is how it was read."""

    def __init__(self, message: str, *, hint: str = "", dialect: Dialect) -> None:
        super().__init__(message, hint=hint)
        self.dialect = dialect


class UnsupportedError(SourceError):
    """The service does not do what was asked, whoever asks."""


class ProjectError(SynthError):
    """The project on disk is missing or broken."""


class ConflictError(ProjectError):
    """What was expected at a place is not what is there: somebody else wrote first. `clashes` holds, file by file, what
    it was and what each side made of it, so that nothing is lost."""

    def __init__(self, message: str, *, hint: str = "", clashes: Sequence[Clash] = ()) -> None:
        super().__init__(message, hint=hint)
        self.clashes = tuple(clashes)


class RecipeError(SynthError):
    """The recipe was refused; `findings` holds the linter's findings."""

    def __init__(self, message: str, findings: Sequence[Finding] = (), *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.findings = tuple(findings)


class PlanError(SynthError):
    """The plan can't be met."""


class CountError(PlanError):
    """A table has more rows than its key, or those that it refers to, allow: of `table`, `possible` can be made."""

    def __init__(self, message: str, *, possible: int, table: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.possible, self.table = possible, table


class GenerationError(SynthError):
    """Making rows failed."""


class TargetError(SynthError):
    """The target can't take the data."""


class ModelError(SynthError):
    """A language model can't be asked."""


class ModelAccessError(ModelError):
    """The caller may not ask any model."""


class ModelGoneError(ModelError):
    """There is no such model, or not any more."""


class PromptError(ModelError):
    """A prompt file is missing or faulty, or got the wrong input."""


class CheckError(SynthError):
    """A check on the loaded data failed; nothing was published."""


class TransientError(SynthError):
    """Worth another try as it is."""
