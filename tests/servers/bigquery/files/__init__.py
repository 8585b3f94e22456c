"""Files of load and extract jobs."""
