"""`python -m services.panel_notification serve`, and the operators' commands."""

from services.panel_notification.commands import commands

if __name__ == "__main__":
    commands()()
