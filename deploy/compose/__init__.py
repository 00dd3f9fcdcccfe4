"""The stack in containers: what `docker-compose.yml` leaves to code."""
