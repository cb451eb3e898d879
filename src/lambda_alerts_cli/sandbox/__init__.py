"""An embedded AWS on loopback: a process of its own that nothing else imports."""
