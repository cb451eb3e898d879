"""The only places that touch the outside: one file for each tool."""
