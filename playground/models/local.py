"""The embedded language model as an OpenAI-compatible server on the loopback interface, started on first use."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from playground.models.inprocess import needing, threads
from playground.models.smollm2 import NAME, gguf_path

MODEL_NAME = NAME
CONTEXT = 4096
"""Tokens, prompt and answer. The model was trained for 8,192."""

_lock = threading.Lock()
_server: Any = None


async def base_url() -> str:
    """The server's address for OpenAI clients, ``http://127.0.0.1:PORT/v1``; started if it isn't running.

    Raises:
        ModelUnavailable: a package is missing.
    """
    return await asyncio.to_thread(_address)


def _address() -> str:
    global _server
    with _lock:
        if _server is None:
            _server = _started()
        return f"{str(_server.listening_address).rstrip('/')}/v1"


def _started() -> Any:
    path = gguf_path()
    with needing("The embedded language model"):
        import xllamacpp
    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.model_alias = {NAME}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    # One question at a time: each slot would read for itself the beginning that all prompts share.
    params.n_parallel = 1
    params.n_ctx = CONTEXT
    params.cpuparams.n_threads = threads()
    params.cpuparams.poll = 0
    params.cpuparams_batch.poll = 0
    params.cpuparams_batch.n_threads = threads()
    params.fit_params = False
    params.ui = False
    params.endpoint_slots = False
    # Pages of other origins may not read what it says; its default is to let all of them.
    params.cors_origins = ""
    params.cors_origins_explicit = True
    params.cors_methods = ""
    params.cors_headers = ""
    params.cors_credentials = False
    params.warmup = False
    params.verbosity = -1
    return xllamacpp.Server(params)
