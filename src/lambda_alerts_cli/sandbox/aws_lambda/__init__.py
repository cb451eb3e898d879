"""AWS Lambda: functions whose code really runs."""
