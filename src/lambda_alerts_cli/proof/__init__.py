"""`test-failure`: real failures are forced and followed, hop by hop, until they stand in Slack and are over again."""
