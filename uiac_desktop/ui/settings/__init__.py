"""The pages of the settings: keys, network, exam, models."""
