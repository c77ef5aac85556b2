"""The REST API: parse, call one verb, answer."""
