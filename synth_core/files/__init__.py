"""Reading, writing and casting of files; the maps between the types of BigQuery, Arrow and DuckDB."""
