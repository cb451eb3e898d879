"""One verb a file: options, one use case, one result."""
