"""A run's world as an operator's checker sees it."""

from deploy.local.layout import SERVICES
from deploy.local.provision_postgres import DATABASE_PASSWORD
from deploy.operate.estate import Estate, StoreAddress
from shared.contracts.catalogue import CHECKER
from shared.messaging.check_views import CHECKER as CHECKER_ROLE
from shared.messaging.security import KafkaAccess
from tests.conftest import SYSTEMS
from tests.soak.world import World


def estate_of(world: World) -> Estate:
    """Read as the checker reads: by its own role and its own name on the bus."""
    infrastructure = world.infrastructure
    password = (infrastructure.secrets / CHECKER_ROLE / DATABASE_PASSWORD).read_text()
    return Estate(
        kafka=KafkaAccess(
            infrastructure.kafka_bootstrap, CHECKER, infrastructure.kafka_password(CHECKER)
        ),
        stores={
            service: StoreAddress(world.ports["postgres"], service, password)
            for service in SERVICES
        },
        urls={service: world.url(service) for service in SERVICES},
        systems=SYSTEMS,
    )
