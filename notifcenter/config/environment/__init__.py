"""Settings from the environment: what is malformed is named with its cure."""
