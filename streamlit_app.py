"""The entry: page settings and navigation, nothing else."""

import streamlit as st

st.set_page_config(page_title="Rerank Playground", page_icon="↕", layout="wide")
st.navigation([st.Page("pages/playground.py", title="Playground", default=True)], position="top").run()
