"""Many queries x lanes: which strategy, on these queries, at what price, and how sure is that."""

from playground.evaluation import report, resume
from playground.evaluation.answer import LOSS, failures, queries, sentence
from playground.evaluation.live import LiveEvaluation, Place, notes, task
from playground.evaluation.outcome import Outcome, from_json, to_json
from playground.evaluation.summary import INPUT, MEASURES, Summary, frontier, summary

__all__ = [
    "INPUT",
    "LOSS",
    "MEASURES",
    "LiveEvaluation",
    "Outcome",
    "Place",
    "Summary",
    "failures",
    "from_json",
    "frontier",
    "notes",
    "queries",
    "report",
    "resume",
    "sentence",
    "summary",
    "task",
    "to_json",
]
