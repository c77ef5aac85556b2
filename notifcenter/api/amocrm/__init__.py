"""amoCRM's own addresses: integrations and widgets work unchanged; unknown fields are ignored there."""
