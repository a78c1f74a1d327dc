"""Plane and map sent to OpenIGTLink clients."""
