"""What reporting needs beside what every service has."""

from pydantic import SecretStr

from shared.settings import ServiceSettings


class ReportingSettings(ServiceSettings):
    """`page_key`: 32 bytes in base64url, signs the links that open the pages."""

    page_key: SecretStr
