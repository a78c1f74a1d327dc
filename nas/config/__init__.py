"""What a run may be told: records that are flags, TOML files and config.json at once."""
