"""Figures for papers and reports, one file each; importing this package alone draws nothing."""
