"""Writes the schemas and the AsyncAPI documents: `python -m shared.contracts.generate`."""

import json
from pathlib import Path

from shared.contracts.asyncapi_document import document_of
from shared.contracts.catalogue import SERVICES
from shared.contracts.json_schema import MODELS, schema_of

HERE = Path(__file__).parent
DIRECTORIES = ("schemas", "asyncapi")


def generated() -> dict[str, str]:
    """Every generated file by its path below `shared/contracts`; the same text every time."""
    schemas = {f"schemas/{type_}.json": _text(schema_of(type_)) for type_ in MODELS}
    documents = {f"asyncapi/{service}.json": _text(document_of(service)) for service in SERVICES}
    return schemas | documents


def committed() -> set[str]:
    """The paths of the generated files that stand there now."""
    return {
        path.relative_to(HERE).as_posix()
        for directory in DIRECTORIES
        for path in (HERE / directory).glob("*.json")
    }


def write() -> None:
    """Brings the directories in line; a file whose type is gone goes too."""
    files = generated()
    for gone in committed() - files.keys():
        (HERE / gone).unlink()
    for path, text in files.items():
        (HERE / path).parent.mkdir(exist_ok=True)
        (HERE / path).write_text(text, encoding="utf-8")


def _text(document: object) -> str:
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write()
