"""What intake needs beside the settings that every service has."""

from pydantic import SecretStr

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """The blind index key finds children again; the private key opens what systems send."""

    blind_index_key: SecretStr
    ingress_private_key: SecretStr
