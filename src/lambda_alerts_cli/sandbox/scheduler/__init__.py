"""EventBridge Scheduler, as far as schedules go that call an operation of AWS once."""
