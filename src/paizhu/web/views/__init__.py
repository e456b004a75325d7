"""Views: arguments, one call, an answer."""
