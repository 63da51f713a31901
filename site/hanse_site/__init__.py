"""The reference project: settings, URLs, user model, home and theme."""
