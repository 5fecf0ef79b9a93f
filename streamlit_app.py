"""The entry: page settings and navigation, nothing else."""

import streamlit as st

st.set_page_config(page_title="Rerank Playground", page_icon="↕", layout="wide")
st.navigation(
    [
        st.Page("pages/playground.py", title="Playground", default=True),
        st.Page("pages/judge.py", title="Judge", url_path="judge"),
        st.Page("pages/evaluate.py", title="Evaluate", url_path="evaluate"),
        st.Page("pages/runs.py", title="Runs", url_path="runs"),
        st.Page("pages/guide.py", title="Guide", url_path="guide"),
    ],
    position="top",
).run()
