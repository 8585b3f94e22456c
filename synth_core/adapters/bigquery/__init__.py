"""BigQuery: tables to read, and tables to write."""
