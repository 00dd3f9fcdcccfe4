"""Errors of what a service stands on, which say nothing about the event in hand."""

import asyncpg
from aiokafka.errors import KafkaError

INFRASTRUCTURE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that broke in the middle of an answer
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,
    asyncpg.QueryCanceledError,
    asyncpg.PostgresSystemError,
    KafkaError,
)
"""Connection, time-out, resources, serialization, deadlock, lock time-out, broker."""
