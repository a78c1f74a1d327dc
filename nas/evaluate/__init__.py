"""How good a network is on frames that it was not trained on."""
