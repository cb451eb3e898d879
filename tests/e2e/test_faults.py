"""Each fault gives a clear message, the next step and the exit code of its kind; nothing is half-done."""
