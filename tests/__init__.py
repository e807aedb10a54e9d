"""Attune's tests: journeys, properties, and the promises of the README."""
