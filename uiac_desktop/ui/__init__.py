"""The Qt skin: views, actions and the one crossing from threads to the window."""
