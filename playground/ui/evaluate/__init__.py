"""The Evaluate page: many queries x lanes, what they come to, and the way from a figure to the query behind it."""
