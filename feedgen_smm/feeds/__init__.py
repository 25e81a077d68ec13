"""Entries → the files of the feeds; `replacing` puts them in their folder, all else is pure."""
