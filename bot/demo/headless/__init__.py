"""Weeks of simulated people with the real bot, and what came of it: phones held against what is kept."""
