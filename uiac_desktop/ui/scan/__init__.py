"""The Scan room: the live picture, what the network says of it, and where it comes from."""
