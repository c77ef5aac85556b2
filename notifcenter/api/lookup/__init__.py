"""What providers look up of their own."""
