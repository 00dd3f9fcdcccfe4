"""`python -m services.intake`: see --help."""

from services.intake.app import build_node, routers
from services.intake.decide_command import decide
from services.intake.settings import Settings
from shared.service_command import service_command

if __name__ == "__main__":
    command = service_command("intake", Settings, build_node, routers)
    command.command()(decide)
    command()
