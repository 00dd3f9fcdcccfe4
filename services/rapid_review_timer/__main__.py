from services.rapid_review_timer.app import build_node, routers
from services.rapid_review_timer.handlers import SERVICE
from services.rapid_review_timer.rules_command import add_to
from services.rapid_review_timer.settings import Settings
from shared.service_command import service_command

if __name__ == "__main__":
    command = service_command(SERVICE, Settings, build_node, routers)
    add_to(command)
    command()
