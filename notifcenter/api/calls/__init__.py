"""Calls of telephone exchanges by REST."""
