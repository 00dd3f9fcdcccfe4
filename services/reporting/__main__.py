"""`python -m services.reporting serve`, and the operators' commands."""

from services.reporting.commands import commands

if __name__ == "__main__":
    commands()()
