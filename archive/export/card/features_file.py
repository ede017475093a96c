"""features.json: the type of each column for `datasets`, needed with formats that have no schema (CSV and JSON).

If no article of a month has a kicker, the column is null throughout its file, and readers cannot infer its type. With
`features=Features.from_dict(…)` all files of an export are read with the same types.
"""

from typing import Any

from archive.export.card.card_header import header
from archive.export.card.dataset_facts import Dataset

NAME = "features.json"
"""File name of the features."""


def features(dataset: Dataset) -> dict[str, Any]:
    """Return the features of an export as `datasets.Features.from_dict` reads them."""
    return {feature["name"]: _converted(feature) for feature in header(dataset)["dataset_info"]["features"]}


def _converted(feature: dict[str, Any] | str) -> Any:
    """Convert a feature from the form of the card's header to that of `Features.to_dict`."""
    if isinstance(feature, str):
        return {"dtype": feature, "_type": "Value"}
    if "struct" in feature:
        return {part["name"]: _converted(part) for part in feature["struct"]}
    if "list" in feature:
        inner = feature["list"]
        return [_converted({"struct": inner} if isinstance(inner, list) else inner)]
    return {"dtype": feature["dtype"], "_type": "Value"}


def load_code(dataset: Dataset) -> str:
    """Return a Python expression that loads all files of a CSV or JSON export with the types of features.json.

    It needs `datasets`, `json` and `Path`, and the folder of the export as working directory. Splits without files are
    left out.
    """
    plan = dataset.plan
    builder = "csv" if plan.format == "csv" else "json"
    names = list(plan.split.names) if plan.split else []
    files = (
        "{"
        + ", ".join(
            f'"{name}": "data/{name}-*.{plan.kind.suffix}"' for name in names if dataset.patterns(name)
        )
        + "}"
        if names
        else f'"data/*.{plan.kind.suffix}"'
    )
    types = f'datasets.Features.from_dict(json.loads(Path("{NAME}").read_text()))'
    return f'datasets.load_dataset("{builder}", data_files={files}, features={types})'
