"""The Runs page: what was saved, opened again or compared."""
