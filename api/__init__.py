"""Entry points of the platform: HTTP API, web pages, command line, and the wiring of all parts from the settings."""
