"""Attune as a process of its own, and a town full of people who use it while it is killed."""
