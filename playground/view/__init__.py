"""A comparison as it is looked at: the same data and the same drawing for the page and for a report on disk."""
