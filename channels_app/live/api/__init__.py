"""What pages and integrations ask of the live part by REST."""
