"""The Exams room: finding, reading and erasing what examinations kept, and their reports."""
