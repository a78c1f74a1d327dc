"""The export page: choosing, checking and packing labelled frames."""
