"""A progress bar a lane on standard error. Ctrl-C stops the run and keeps what was answered."""

from __future__ import annotations

import sys

from playground.board import LaneBoard
from playground.live import LiveRun


def follow(live: LiveRun) -> None:
    """Shows the run until it ends."""
    from tqdm import tqdm

    bars = [
        tqdm(
            total=1,
            desc=f"{row.name:24.24}",
            position=at,
            file=sys.stderr,
            bar_format="{desc} {bar:24} {n_fmt}/{total_fmt} {postfix}",
            disable=None,  # none where standard error is no terminal
        )
        for at, row in enumerate(live.board.lanes)
    ]
    while True:
        try:
            board = live.join(0.1)
            for bar, row in zip(bars, board.lanes, strict=True):
                bar.total = max(row.planned, 1)
                bar.n = row.spent.questions
                bar.set_postfix_str(_state(row))
            if not live.running:
                break
        except KeyboardInterrupt:
            live.stop()
    for bar in bars:
        bar.close()


def _state(row: LaneBoard) -> str:
    took = f"{row.seconds:.2f} s" if row.seconds is not None else ""
    written = f"{row.explaining.questions} explaining" if row.explaining.questions else ""
    return " · ".join(part for part in (row.state, took, written) if part)
