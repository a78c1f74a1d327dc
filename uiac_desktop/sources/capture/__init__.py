"""Capture cards and cameras as a source."""
