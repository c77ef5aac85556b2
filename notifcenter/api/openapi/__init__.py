"""The OpenAPI description: of the calls, their problems, and where it is served."""
