"""What a service's image runs: `container_entry.py health`, or a command of its one service.

As the first process of its container it gets no default action for a signal: until the service
takes signals itself, being asked to end would be unheard.
"""

import os
import signal
import sys
from http.client import HTTPConnection, HTTPException
from runpy import run_module

ANSWER_SECONDS = 3


def is_ready(port: int) -> bool:
    """Whether the service in this container says that it is ready."""
    asked = HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        asked.request("GET", "/health/readiness")
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


def main() -> None:
    if sys.argv[1:] == ["health"]:
        sys.exit(0 if is_ready(int(os.environ["VIGIL_HTTP_PORT"])) else 1)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(128 + signal.SIGTERM))
    run_module(f"services.{os.environ['VIGIL_SERVICE']}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
