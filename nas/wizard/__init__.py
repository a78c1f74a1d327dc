"""Learn: the pages that search and train a department's own network; the engine runs as a child process."""
