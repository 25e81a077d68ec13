"""Where bytes come from: files now."""
