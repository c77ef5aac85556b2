"""What the doctor tries of an installation."""
