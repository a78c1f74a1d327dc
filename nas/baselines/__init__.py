"""The networks that the paper compares itself with, as torchvision builds them; importing it loads no torch."""
