"""Amazon Q Developer in chat applications: channels, and what becomes of a message in one."""
