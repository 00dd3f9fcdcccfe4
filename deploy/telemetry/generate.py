"""Writes the collector's settings and the dashboards: `python -m deploy.telemetry.generate`."""

from pathlib import Path

from deploy.telemetry.collector import collector_settings
from deploy.telemetry.dashboards import dashboard_text
from deploy.telemetry.panels import DASHBOARDS

HERE = Path(__file__).parent


def generated() -> dict[Path, str]:
    """Every file that is made, as it must stand."""
    dashboards = {HERE / "dashboards" / f"{name}.json": dashboard_text(name) for name in DASHBOARDS}
    return {HERE / "collector.yaml": collector_settings(), **dashboards}


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text)
