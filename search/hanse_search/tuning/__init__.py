"""What operators tune without a restart or a new index: synonyms, and what counts how much."""
