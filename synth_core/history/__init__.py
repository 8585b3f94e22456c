"""Versions of projects: every save is one, with author, time, note and fingerprint."""
