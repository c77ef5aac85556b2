"""Stand-ins for what lies outside: only the wire."""
