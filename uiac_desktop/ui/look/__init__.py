"""Colours, type, icons and controls that every room of the window shares."""
