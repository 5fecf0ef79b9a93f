"""What the grades come to: agreement of people and lanes, and the way out of here with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from playground import judging
from playground.agreement import krippendorff_alpha
from playground.export import qrels_text
from playground.judging import Item, Pair, Rater
from playground.runs import Record
from playground.store import Label
from playground.types import DocId
from playground.ui import inputs, session
from playground.ui.judge import disputes
from playground.ui.judge.sitting import Sitting
from playground.ui.literal import literal
from playground.view.numbers import count, number

_USED = "judge_used"
_ONE_GRADE = "undefined: one grade only"


def draw(sitting: Sitting, mine: Mapping[Item, Label]) -> None:
    """Of the documents that this grader has graded: what anybody says of another would lead them there.

    Raises:
        InputError: the database can't be used.
    """
    graded = {item for item, label in mine.items() if label.grade is not None}
    labels = [label for label in sitting.book.labels(sitting.query) if judging.item_of(label) in graded]
    people, lanes = judging.people(labels), judging.lanes(sitting.outcomes)
    if not people:
        st.info("You skipped every document: there is no grade to compare.")
        return
    _taking(sitting, people)
    found = judging.pairs(people, lanes)
    st.markdown("##### Agreement")
    st.caption(f"Of the {count(len(graded), 'document')} that you have graded; other documents' grades stay hidden.")
    if len(people) == 1:
        st.caption("Nobody else has graded any of them. Who does takes a name of their own, and sees none of this.")
    if not lanes:
        st.caption("No lane wrote grades from 0 to 10, so there is no kappa of people and lanes.")
    if found:
        _kappas(found)
    _alpha(people)
    disputes.draw(sitting, judging.disputes(people, lanes), labels, alone=len(people) == 1)


def _kappas(found: Sequence[Pair]) -> None:
    frame = pd.DataFrame(
        [
            {
                "person": pair.first,
                "and": f"lane {pair.second}" if pair.lane else pair.second,
                "weighted κ": _shown(pair.kappa.value),
                "n": pair.kappa.n,
                "same grade": f"{pair.kappa.observed:.0%}",
            }
            for pair in found
        ]
    )
    st.dataframe(
        frame,
        hide_index=True,
        column_config={
            "weighted κ": st.column_config.TextColumn(
                help="Cohen's kappa, quadratic weights: 1 = always the same grade, 0 = as often as by chance. A "
                "lane's grades from 0 to 10 count as the nearest of 0-3."
            ),
            "n": st.column_config.NumberColumn(help="Documents that both graded."),
        },
    )
    at = st.selectbox(
        "Table of",
        range(len(found)),
        format_func=lambda at: f"{found[at].first} and {'lane ' if found[at].lane else ''}{found[at].second}",
        key="judge_pair",
    )
    pair = found[at or 0]
    rows = pd.DataFrame(
        [list(row) for row in pair.kappa.table],
        index=[f"{pair.first}: {grade}" for grade in pair.kappa.grades],
        columns=[f"{pair.second}: {grade}" for grade in pair.kappa.grades],
    )
    st.dataframe(rows, width="content")


def _alpha(people: Sequence[Rater]) -> None:
    alpha = krippendorff_alpha({rater.name: rater.grades for rater in people})
    if alpha is not None:
        st.markdown(
            literal(
                f"Krippendorff's alpha, ordinal: {_shown(alpha.value)} (n = {count(alpha.n, 'document')}, "
                f"{count(alpha.graders, 'grader')})"
            )
        )


def _taking(sitting: Sitting, people: Sequence[Rater]) -> None:
    """Into the Playground's run, or along as a file."""
    choices: dict[str, Mapping[Item, int]] = {rater.name: rater.grades for rater in people}
    names = list(choices)
    if len(people) > 1:
        names.insert(0, f"Median of {len(people)} graders")
        choices = {names[0]: judging.median(people), **choices}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        whose = st.selectbox(
            "Whose grades",
            names,
            index=names.index(sitting.grader) if sitting.grader in names else 0,
            key="judge_whose",
        )
        qrels = _qrels(sitting, choices[whose or names[0]])
        st.button("Use these grades", key="judge_use", type="primary", disabled=not qrels, on_click=_use, args=(qrels,))
        st.download_button(
            "TREC qrels",
            lambda: qrels_text(qrels),
            file_name="qrels.trec",
            mime="text/plain",
            on_click="ignore",
            key="judge_qrels",
        )
    reached = st.session_state.pop(_USED, None)
    if reached is not None:
        run = f"{count(len(qrels), 'grade')} now stand in the Playground's run"
        if reached:
            st.success(f"{run} and beside its documents, in place of those they had: the next run is measured too.")
        else:
            st.success(f"{run}, in place of those it had. Its inputs have changed since: they keep their own grades.")


def _qrels(sitting: Sitting, grades: Mapping[Item, int]) -> dict[DocId, int]:
    return {id: grades[item] for id, item in judging.items(sitting.outcome).items() if item in grades}


def _use(qrels: Mapping[DocId, int]) -> None:
    current = session.shown()
    if current is None:
        return
    run = replace(current.run, qrels=qrels) if isinstance(current.run, Record) else current.run
    # Made anew, so that nothing is drawn of what was worked out without these grades.
    st.session_state.shown = replace(current, run=run, qrels=qrels, saved="", _kept=None)
    st.session_state[_USED] = inputs.regrade(current.task, qrels)


def _shown(value: float | None) -> str:
    return _ONE_GRADE if value is None else number(value)
