"""Amazon EventBridge: buses, rules and targets."""
