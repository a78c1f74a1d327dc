"""From a frame and a model folder to a prediction, on whatever the PC has."""
