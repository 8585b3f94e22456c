"""GoogleSQL on DuckDB."""
