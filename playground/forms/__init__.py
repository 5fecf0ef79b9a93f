"""Wording a question and reading its reply. Every repair of a reply lives here and only here.

``read`` never invents: what a reply does not say is missing from the judgment, and what had to be mended is
listed in its ``repairs``.
"""
