"""The OpenIGTLink server's place in the window."""
