"""Access control: API keys, users with roles, sign-in sessions, and their audit log."""
