"""Judge: a run's documents in, one at a time and blind; people's grades and how far they agree out."""

import streamlit as st

from playground.errors import InputError
from playground.ui import entry, header, opening, session
from playground.ui.judge import beginning, grading, results, sitting
from playground.ui.literal import literal

entry.through()
session.start()
opening.begin()

header.draw("Judge")
opening.problem()


@st.fragment
def at_work(found: sitting.Sitting) -> None:
    """A grade draws this part anew and nothing else."""
    sitting.told()
    try:
        mine = found.mine()
        grading.draw(found, mine)
        if all(item in mine for item in found.turns):
            results.draw(found, mine)
        else:
            st.caption("Kappa and the disagreements are shown when you are through: other grades would lead yours.")
    except InputError as error:
        st.error(literal(str(error)))
    st.file_uploader(
        "Import grades as yours (TREC qrels)", key="judge_file", on_change=sitting.take, args=(found, "judge_file")
    )


current = session.shown()
if current is None:
    st.info("There is no run to judge. Make one in the Playground, or open one in Runs.")
elif current.running:
    st.info("The run is still going on; it can be judged when it has ended.")
else:
    try:
        found = beginning.begin(current)
        if found is None:
            st.info("Say who you are to begin. Documents come shuffled, without lanes and ranks.")
        else:
            at_work(found)
    except InputError as error:
        st.error(literal(str(error)))
    if sitting.shared_run(current):
        st.caption("This installation is shared: all who open the link of this run grade it together, each by name.")
    elif session.access().user:
        st.caption(
            "This installation is shared: grades are seen in this browser session only. Save the run first and pass "
            "its link on, and all who open the link grade together."
        )
