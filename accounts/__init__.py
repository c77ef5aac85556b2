"""Who receives: people, what they chose, their devices."""
