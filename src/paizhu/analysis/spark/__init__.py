"""The same measures on a cluster: the one SQL text translated for Spark, over the same Parquet files."""
