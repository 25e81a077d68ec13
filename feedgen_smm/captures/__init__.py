"""Where bytes come from: files and folders, and the pages in files that hold several."""
