"""The desk of the export: a thread with its own connection to the store."""
