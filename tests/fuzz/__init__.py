"""Random calls that fit, or just do not fit, the OpenAPI description: no server error, no undocumented status."""
