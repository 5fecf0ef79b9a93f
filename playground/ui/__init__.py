"""With pages/, the only code that imports streamlit.

Documents, queries, names and replies are drawn literally, never as markup.
"""
