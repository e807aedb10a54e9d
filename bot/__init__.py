"""Attune stays in touch with therapy clients between sessions."""
