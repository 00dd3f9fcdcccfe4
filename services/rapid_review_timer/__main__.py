"""`python -m services.rapid_review_timer serve`, and the operators' commands."""

from services.rapid_review_timer.commands import commands

if __name__ == "__main__":
    commands()()
