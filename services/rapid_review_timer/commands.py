"""The commands of every service, and those for the timer's rules and for what came by the bus."""

import typer

from services.rapid_review_timer import rules_command
from services.rapid_review_timer.app import build_node, routers
from services.rapid_review_timer.handlers import SERVICE
from services.rapid_review_timer.settings import Settings
from shared.operator_commands import arrivals
from shared.service_command import service_command


def commands() -> typer.Typer:
    app = service_command(SERVICE, Settings, build_node, routers)
    rules_command.add_to(app)
    arrivals.add_to(app, lambda: build_node(Settings()))
    return app
