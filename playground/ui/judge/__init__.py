"""The Judge page's parts."""
