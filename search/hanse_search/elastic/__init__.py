"""Elasticsearch as the second answerer of searches. Without an address in the settings there is none."""
