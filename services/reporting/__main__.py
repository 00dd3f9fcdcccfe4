"""`python -m services.reporting serve`, and the operators' commands."""

from services.reporting.app import build_node, routers
from services.reporting.settings import ReportingSettings
from shared.service_command import service_command

if __name__ == "__main__":
    service_command("reporting", ReportingSettings, build_node, routers)()
