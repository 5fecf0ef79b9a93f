"""A cross-encoder from the local hub cache: reads query and text together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playground.catalog import CROSS_ENCODER
from playground.errors import ModelUnavailable, Unreachable
from playground.models.access import Access
from playground.models.inprocess import InProcess, ScoreBatch, Scores, needing, quieted, threads

BATCH = 8
PATIENCE = 5.0
"""Seconds to find out whether the hub answers."""


class CrossEncoder(InProcess):
    """``name`` is a hub name or a folder. Scores lie within 0..1: the model's one logit through a sigmoid. Nothing is
    downloaded unless ``access.download`` says so."""

    def __init__(self, access: Access, name: str = "", *, cache_folder: Path | None = None) -> None:
        name = name or CROSS_ENCODER
        super().__init__(
            f"cross-encoder {name}", lambda: load(name, access.download, cache_folder), name=name, batch=BATCH
        )


def load(name: str, download: bool, cache_folder: Path | None = None) -> ScoreBatch:
    """The scoring function, its model from the local cache, else - if that is allowed - from the hub.

    Raises:
        ModelUnavailable: it is not here and may not be downloaded, or it is no model for this.
        Unreachable: it may be downloaded, but the hub does not answer.
    """
    # Before the libraries, whose import takes seconds: who has to press a button should hear so at once.
    if not _cached(name, cache_folder):
        if not download:
            raise _absent(name)
        _find_on_hub(name)
    with needing("The cross-encoder"):
        import sentence_transformers
        import torch
    torch.set_num_threads(threads())
    quieted()

    def opened(local: bool) -> Any:
        return sentence_transformers.CrossEncoder(
            name,
            device="cpu",
            activation_fn=torch.nn.Sigmoid(),
            cache_folder=str(cache_folder) if cache_folder else None,
            local_files_only=local,
        )

    try:
        model = opened(local=True)
    except (OSError, ValueError) as absent:
        if not download:
            raise _absent(name) from absent
        _find_on_hub(name)
        try:
            model = opened(local=False)
        except Exception as error:  # whatever the libraries below raise, the download is what failed
            _find_on_hub(name)
            raise ModelUnavailable(
                f"The cross-encoder {name} could not be downloaded.",
                hint="Check that it is a cross-encoder, and that the disk has room.",
            ) from error
    if model.num_labels != 1:
        raise ModelUnavailable(
            f"The model {name} gives {model.num_labels} numbers a text, not one.",
            hint=f"Choose a cross-encoder for ranking, such as {CROSS_ENCODER}.",
        )
    tokenizer: Any = model.tokenizer
    room = int(model.max_length or 512)

    def score(query: str, texts: Sequence[str]) -> Scores:
        values = model.predict([(query, text) for text in texts], batch_size=BATCH, show_progress_bar=False)
        encoded = tokenizer(
            [query] * len(texts),
            list(texts),
            truncation="longest_first",
            max_length=room,
            return_offsets_mapping=True,
        )
        seen = []
        for i, text in enumerate(texts):
            ends = [
                end
                for (_, end), part in zip(encoded["offset_mapping"][i], encoded.sequence_ids(i), strict=True)
                if part == 1
            ]
            seen.append(len(text) if len(encoded["input_ids"][i]) < room else max(ends, default=0))
        return Scores(values=[float(value) for value in values], seen=seen, tokens=sum(map(len, encoded["input_ids"])))

    return score


def _cached(name: str, cache_folder: Path | None) -> bool:
    """Whether there is a folder of that name or, at a glance, such a model in the local hub cache."""
    with needing("The cross-encoder"):
        from huggingface_hub import try_to_load_from_cache
    if Path(name).is_dir():
        return True
    try:
        return isinstance(try_to_load_from_cache(name, "config.json", cache_dir=cache_folder), str)
    except ValueError:  # no name a model can have
        return False


def _absent(name: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"The cross-encoder {name} is not on this machine.",
        hint="Allow the download in the settings of the page, or give --download on the command line.",
    )


def _find_on_hub(name: str) -> None:
    """Asks the hub for one small file's header, once: the libraries themselves would try for most of a minute.

    Raises:
        Unreachable: the hub does not answer.
        ModelUnavailable: it answers, and has no such model.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import HfHubHTTPError

    try:
        get_hf_file_metadata(hf_hub_url(name, "config.json"), timeout=PATIENCE)
    except (HfHubHTTPError, ValueError) as error:
        raise ModelUnavailable(
            f"The model hub has no cross-encoder {name} for us.", hint="Check its name on huggingface.co."
        ) from error
    except Exception as error:  # each version of the library has another kind of connection error
        raise Unreachable(
            "The model hub does not answer.",
            hint="Check the connection (HF_HUB_OFFLINE must not be set), or copy the model into the local hub cache.",
        ) from error
