"""Class activation maps as pictures: colour, contours and place, without a window, so that commands draw them too."""
