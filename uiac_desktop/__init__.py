"""The program: names the standard plane of the fetal heart on screen; importing it loads neither Qt nor torch."""
