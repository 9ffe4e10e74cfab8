"""Who may use the platform: API keys, users with roles, sign-in sessions, and the audit log of all of it."""
