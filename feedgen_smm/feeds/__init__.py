"""Entries → files: feeds in every format, their validation, and replacing the files in their folder."""
