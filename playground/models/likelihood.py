"""Query likelihood: how probable the query is, to a small language model that has just read the passage.

UPR (Sachan et al. 2022, arXiv 2204.07496) with SmolLM2-135M-Instruct. A score is the mean log-probability of the
query's tokens: at most 0, and comparable within one query only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from playground.errors import ModelUnavailable
from playground.models.access import Access
from playground.models.inprocess import InProcess, ScoreBatch, Scores, needing, quieted, threads
from playground.models.smollm2 import NAME, gguf_path

BEFORE = "Passage: "
AFTER = "\nPlease write a question based on this passage.\nQuestion:"
LONGEST = 384
"""Tokens of a passage that are read; time grows with them."""
BATCH = 4


class Likelihood(InProcess):
    """The first use on a machine converts the model's file and keeps the result in the cache folder."""

    def __init__(self, access: Access) -> None:
        super().__init__("likelihood", lambda: load(access.folder), name=NAME, batch=BATCH)


def load(folder: Path) -> ScoreBatch:
    """The scoring function, its model taken from ``folder``, or put there first."""
    with needing("Query likelihood"):
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    torch.set_num_threads(threads())
    quieted()
    home = converted(folder)
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(str(home), local_files_only=True)
        model: Any = AutoModelForCausalLM.from_pretrained(str(home), local_files_only=True, dtype=torch.float32)
    except (OSError, ValueError) as error:
        raise ModelUnavailable(
            "The converted language model in the cache can't be read.", hint=f"Delete the folder {home}, then retry."
        ) from error

    model.eval()

    def ids(text: str) -> list[int]:
        return list(tokenizer(text, add_special_tokens=False)["input_ids"])

    before, after = ids(BEFORE), ids(AFTER)

    def score(query: str, texts: Sequence[str]) -> Scores:
        asked = ids(" " + " ".join(query.split()))
        seen, rows = [], []
        for text in texts:
            found = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
            passage = found["input_ids"][:LONGEST]
            cut = len(found["input_ids"]) > LONGEST
            seen.append(found["offset_mapping"][LONGEST - 1][1] if cut else len(text))
            rows.append([*before, *passage, *after, *asked])
        if not asked:
            return Scores(values=[0.0] * len(texts), seen=seen)
        longest = max(map(len, rows))
        # Padded on the right: under a causal mask no real token can look there, so no attention mask is needed.
        batch = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        with torch.inference_mode():
            hidden = model.model(input_ids=batch, use_cache=False).last_hidden_state
            n = len(asked)
            # Only the query's positions go through the vocabulary: a fifth of the whole work otherwise.
            states = torch.stack([hidden[i, len(row) - n - 1 : len(row) - 1] for i, row in enumerate(rows)])
            likely = model.lm_head(states).float().log_softmax(-1)
            targets = torch.tensor(asked).expand(len(rows), n).unsqueeze(-1)
            values = likely.gather(-1, targets).squeeze(-1).mean(-1)
        return Scores(values=values.tolist(), seen=seen, tokens=sum(map(len, rows)))

    return score


def converted(folder: Path) -> Path:
    """The model as transformers reads it fast, converted on first use: complete, or not there at all.

    Raises:
        ModelUnavailable: the package is missing, or the folder can't be written.
    """
    home = folder / f"{NAME}-float16"
    if home.is_dir():
        return home
    source = gguf_path()
    with needing("Converting the embedded language model"):
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        for late in ("accelerate", "gguf"):  # transformers would miss them with messages of its own
            import_module(late)
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix="converting-") as unfinished:
            there = Path(unfinished) / "model"
            tokenizer: Any = AutoTokenizer.from_pretrained(str(source.parent), gguf_file=source.name)
            model: Any = AutoModelForCausalLM.from_pretrained(str(source.parent), gguf_file=source.name)
            # Else it would be saved as still quantized.
            model.hf_quantizer, model.is_quantized = None, False
            if hasattr(model.config, "quantization_config"):
                del model.config.quantization_config
            tokenizer.save_pretrained(there)
            # 4-bit numbers times half-precision scales: half precision loses nothing to speak of.
            model.to(torch.float16).save_pretrained(there)
            try:
                there.replace(home)
            except OSError:
                if not home.is_dir():  # another process was quicker: its copy is the same
                    raise
    except OSError as error:
        raise ModelUnavailable(
            f"The embedded language model could not be put into the cache folder ({error.strerror or error}).",
            hint="It needs 300 MB. Set PLAYGROUND_CACHE_DIR to a folder with room.",
        ) from error
    return home
