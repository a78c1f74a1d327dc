"""The Review room: a clip, its timeline and its labels."""
