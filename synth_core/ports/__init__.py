"""The few ports to the outside. Stages and runs talk to these; adapters implement them.

Each port has one contract test (`tests/integration/contracts/`) that every adapter of it must pass.
Adapters translate our call into theirs and their errors into ours (`synth_core.errors`); they decide nothing.
"""

from synth_core.ports.judge import Model
from synth_core.ports.language import LanguageModel, ModelCall, ModelReply, ThinkingLevel
from synth_core.ports.running import RunBackend, Task, TaskState
from synth_core.ports.source import Catalogue, SourceFiles
from synth_core.ports.store import BlobStat, ObjectStore, Upload
from synth_core.ports.warehouse import LoadFiles, Publication, Sample, Warehouse

__all__ = [
    "BlobStat",
    "Catalogue",
    "LanguageModel",
    "LoadFiles",
    "Model",
    "ModelCall",
    "ModelReply",
    "ObjectStore",
    "Publication",
    "RunBackend",
    "Sample",
    "SourceFiles",
    "Task",
    "TaskState",
    "ThinkingLevel",
    "Upload",
    "Warehouse",
]
