"""What came of a training, and how it is put to use."""
