"""What is sent: notifications, who published them, and everybody's centre."""
