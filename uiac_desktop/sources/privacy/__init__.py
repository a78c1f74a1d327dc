"""What of a picture may enter: crop, masks, and whether it is an ultrasound picture at all."""
