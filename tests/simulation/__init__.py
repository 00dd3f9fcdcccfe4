"""The four services' pure cores under a seeded scheduler: no Kafka, no Postgres, no clock."""
