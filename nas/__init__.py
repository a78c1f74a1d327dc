"""Architecture search, training and evaluation of plane classifiers; importing it loads no torch."""
