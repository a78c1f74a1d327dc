"""The desk of the Exams room: one thread with its own connection to the store."""
