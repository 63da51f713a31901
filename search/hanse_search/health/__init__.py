"""How the search is, for operators, and its repair."""
