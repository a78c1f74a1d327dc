"""Exams: what is kept of one woman's visit, without anything that names her."""
