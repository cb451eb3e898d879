"""The channel as a page on loopback: what stands in it, how each message got there, and what never did."""
