"""Where traces and measures go, as code: the collector, the dashboards, what Prometheus asks."""
