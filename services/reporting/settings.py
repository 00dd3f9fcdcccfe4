"""What reporting needs beside what every service has."""

from pydantic import SecretStr

from shared.settings import ServiceSettings


class ReportingSettings(ServiceSettings):
    """Both are 32 bytes in base64url: `page_key` signs the links that open the pages, of
    `region_key` the references are made under which regions hear of cases."""

    page_key: SecretStr
    region_key: SecretStr
