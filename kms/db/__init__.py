"""The operational store: SQL models, sessions, migrations."""
