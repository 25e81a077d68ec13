"""Tests: what a user of the feeds, or of the command, would notice."""
