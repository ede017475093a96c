"""features.json: the type of each column as `datasets` takes it, for files that carry no types themselves.

A month in which no article has a kicker is a file with a column of nulls, from which no reader can tell a type. With
`features=Features.from_dict(…)` every file of an export is read with the same types, by whatever names it is loaded.
"""

from typing import Any

from archive.export.card.card_header import header
from archive.export.card.dataset_facts import Dataset

NAME = "features.json"


def features(dataset: Dataset) -> dict[str, Any]:
    """Return the features of an export as `datasets.Features.from_dict` reads them."""
    return {one["name"]: _of(one) for one in header(dataset)["dataset_info"]["features"]}


def _of(feature: dict[str, Any] | str) -> Any:
    """Return a feature, as the card's header writes it, in the form of `Features.to_dict`."""
    if isinstance(feature, str):
        return {"dtype": feature, "_type": "Value"}
    if "struct" in feature:
        return {one["name"]: _of(one) for one in feature["struct"]}
    if "list" in feature:
        inner = feature["list"]
        return [_of({"struct": inner} if isinstance(inner, list) else inner)]
    return {"dtype": feature["dtype"], "_type": "Value"}


def load_line(dataset: Dataset) -> str:
    """Return the line of Python that loads all files of an export with these types, from its folder."""
    plan = dataset.plan
    kind = "csv" if plan.format == "csv" else "json"
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
    return f'datasets.load_dataset("{kind}", data_files={files}, features={types})'
