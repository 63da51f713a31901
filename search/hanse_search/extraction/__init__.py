"""The text of stored files, for the search. ``child`` reads hostile files, in a process of its own."""
