"""What the program costs beside what cannot be avoided: `make bench`, or `python -m tests.bench --help`."""
