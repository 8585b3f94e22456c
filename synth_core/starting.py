"""How our own Python processes begin, and load what they need later."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CODE = (
    "import gc, os, sys; gc.disable(); sys.path[:0] = [{root!r}]; {first}from {module} import main; "
    "gc.freeze(); gc.enable(); code = main(); sys.stdout.flush(); sys.stderr.flush(); os._exit(code)"
)


def code_of(module: str, first: str = "") -> str:
    """What `python -P -c` runs to start `main` of a module: with our code, and never with a `numpy.py` of the folder
    that the user is in. `first` are statements that come before anything is loaded. Garbage is not looked for before
    all is loaded, as there is none, nor in what was loaded: looking takes a sixth of the start. When `main` has done
    its work, the process is gone at once: to take apart what was loaded would take as long."""
    root = str(Path(__file__).parents[1])
    return _CODE.format(root=root, module=module, first=f"{first}; " if first else "")


@contextmanager
def loading() -> Iterator[None]:
    """For imports: garbage is not looked for meanwhile."""
    is_looked_for = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_looked_for:
            gc.enable()
