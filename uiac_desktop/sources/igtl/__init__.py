"""Pictures from an OpenIGTLink sender as a source."""
