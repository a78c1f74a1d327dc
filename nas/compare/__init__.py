"""The comparison: several networks under one recipe, judged on the same women, with a test of what is settled."""
