"""An examination under way: what is kept, by whom and when."""
