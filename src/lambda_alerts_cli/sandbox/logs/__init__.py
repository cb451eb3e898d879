"""Amazon CloudWatch Logs: log groups and their metric filters."""
