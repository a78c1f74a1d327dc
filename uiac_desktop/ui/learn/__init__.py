"""The Learn room: the wizard joined to the program around it."""
