"""The outside of the platform: HTTP, web pages, the command line, and the one place where all is wired."""
