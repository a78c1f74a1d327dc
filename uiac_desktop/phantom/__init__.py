"""A physical simulation of a fetal heart scan, since no public set of the eleven planes exists to train or show on."""
