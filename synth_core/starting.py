"""How our own Python processes begin."""

from __future__ import annotations

from pathlib import Path

_CODE = (
    "import gc, sys; gc.disable(); sys.path[:0] = [{root!r}]; {first}from {module} import main; "
    "gc.enable(); sys.exit(main())"
)


def code_of(module: str, first: str = "") -> str:
    """What `python -P -c` runs to start `main` of a module: with our code, and never with a `numpy.py` of the folder
    that the user is in. `first` are statements that come before anything is loaded. Garbage is not looked for before
    all is loaded: there is none, and looking takes a sixth of the start."""
    root = str(Path(__file__).parents[1])
    return _CODE.format(root=root, module=module, first=f"{first}; " if first else "")
