"""What search and training share: the device, the learning rate, the loss, averaged weights."""
