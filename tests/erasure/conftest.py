"""The four stores side by side, and a synthetic case in them."""

from tests.two_owners.conftest import estate, stores

__all__ = ["estate", "stores"]
