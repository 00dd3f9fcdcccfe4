"""What every Postgres of ours is told, with containers or without."""

from collections.abc import Mapping

SUPERUSER = "postgres"

SETTINGS: Mapping[str, str] = {
    "max_connections": "150",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Texts of errors quote key values and parameters: none of that belongs in a log.
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
}
"""As `-c name=value`."""

CLUSTER_OPTIONS = (
    "--auth=scram-sha-256",
    "--data-checksums",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
)
"""Of `initdb`: every sign-in by SCRAM, damage is noticed, the same order of texts everywhere."""
