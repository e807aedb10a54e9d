"""Brings a database up to date with schema.py, step by step, by Alembic."""
