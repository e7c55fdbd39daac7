"""How good a result is, and what it costs."""
