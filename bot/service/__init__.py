"""Joins the others: what happens goes in by one door, what must be said comes out of the outbox."""
