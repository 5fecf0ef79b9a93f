"""How a database of an older version becomes one of this version: one file a step, never changed once released."""
