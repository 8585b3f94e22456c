"""How our own Python processes begin, and load what they need later."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from synth_core.absent import leave_out

_CODE = (
    "import gc, sys; gc.disable(); sys.path[:0] = [{root!r}]; {first}"
    "from synth_core.starting import begin; begin({module!r})"
)


def code_of(module: str, first: str = "") -> str:
    """What `python -P -c` runs to `begin` a module: with our code, and never with a `numpy.py` of the folder that the
    user is in. `first` are statements that come before anything is loaded."""
    root = str(Path(__file__).parents[1])
    return _CODE.format(root=root, module=module, first=f"{first}; " if first else "")


def begin(module: str) -> None:
    """Load a module and run its `main`, whose answer is the process's exit code.

    Garbage is not looked for before all is loaded, as there is none, nor in what was loaded: looking takes a sixth of
    the start. Nor is that taken apart at the end, which takes as long; what was registered for the end is done.
    """
    code = 1

    def leave() -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)

    # The first one: it is the last that is called.
    atexit.register(leave)
    # A third of a second, for data frames that nobody here makes.
    leave_out("pandas")
    main = import_module(module).main
    gc.freeze()
    gc.enable()
    code = main()


@contextmanager
def loading() -> Iterator[None]:
    """For imports, for reading what is kept, and for a look at a sample: garbage is not looked for meanwhile, as there
    is hardly any. Looking for it takes a third of reading a project of many tables, and a tenth of describing thousands
    of columns. Also good for decorating a function."""
    is_looked_for = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_looked_for:
            gc.enable()
