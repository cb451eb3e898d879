"""Deploy Python functions to AWS Lambda so that no failure goes unseen."""

__version__ = "0.1.0"
