"""Frames and class activation maps as pictures on screen, whatever room they stand in."""
