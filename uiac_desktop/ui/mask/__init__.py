"""Privacy at the door: crop and masks drawn over the picture."""
