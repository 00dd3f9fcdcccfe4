"""The stack without containers: a real Kafka, a real Postgres and everything around them."""
