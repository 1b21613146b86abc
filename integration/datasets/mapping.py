"""The mapping of a data set: a TOML file that says what its columns, kinds and codes mean."""

import re
import tomllib
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from integration.datasets.errors import DatasetError
from integration.founding import CompanyPlan

HERE = Path(__file__).parent
QUANTITIES = ("any", "positive", "negative")
PRICES = ("any", "zero", "not negative")
TREATMENTS = ("sale", "return", "write-off", "found stock")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Which files, and how they are written. `instant` is the format of date and time, in the company's zone."""

    files: str
    encoding: str
    instant: str


@dataclass(frozen=True, kw_only=True)
class Columns:
    """The name of each column in the file."""

    document: str
    product: str
    description: str
    quantity: str
    instant: str
    unit_price: str
    customer: str
    country: str


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of document, told by its number and by what holds of all its lines; `treatment` is what is done with it."""

    name: str
    treatment: str
    number: str = ".*"
    quantity: str = "any"
    price: str = "any"

    def __post_init__(self) -> None:
        for value, allowed in ((self.quantity, QUANTITIES), (self.price, PRICES), (self.treatment, TREATMENTS)):
            if value not in allowed:
                raise DatasetError(f"kind “{self.name}” of the mapping: “{value}” is none of {', '.join(allowed)}")


@dataclass(frozen=True, kw_only=True)
class Products:
    """Defaults of products. Cost of a unit: `cost_share` of the median price, rounded to `cost_places`."""

    unit: str
    tax: str
    cost_share: Decimal
    cost_places: int
    services: list[str]

    def is_service(self, code: str) -> bool:
        return any(re.fullmatch(pattern, code, re.IGNORECASE) for pattern in self.services)


@dataclass(frozen=True, kw_only=True)
class WriteOffs:
    """Why stock was written off, told from what stands in the description: the first reason one of whose patterns is
    found in it, else `otherwise`."""

    reasons: list[tuple[str, list[str]]]
    otherwise: str

    def reason_of(self, descriptions: list[str]) -> str:
        text = " ".join(descriptions)
        return next((reason for reason, patterns in self.reasons if _found(patterns, text)), self.otherwise)


def _found(patterns: list[str], text: str) -> bool:
    return any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns)


@dataclass(frozen=True, kw_only=True)
class Customers:
    """Defaults of customers, and the cash customer to whom documents without a customer belong."""

    name: str
    term: str
    cash_code: str
    cash_name: str
    cash_term: str


@dataclass(frozen=True, kw_only=True)
class DatasetMapping:
    """Everything the engine knows of a data set. `name` is the external source written on every record."""

    name: str
    company: CompanyPlan
    source: Source
    columns: Columns
    kinds: list[Kind]
    products: Products
    customers: Customers
    write_offs: WriteOffs
    countries: MappingOf[str, str]


def dataset_names() -> list[str]:
    return sorted(path.parent.name for path in HERE.glob("*/mapping.toml"))


def read_mapping(name: str) -> DatasetMapping:
    """The mapping of a data set; raises DatasetError for an unknown name or a mapping with unknown keys."""
    if name not in dataset_names():
        raise DatasetError(f"There is no data set “{name}”; there are: {', '.join(dataset_names())}.")
    data = tomllib.loads((HERE / name / "mapping.toml").read_text(encoding="utf-8"))
    try:
        products = data["products"]
        return DatasetMapping(
            name=name,
            company=_company(data["company"]),
            source=Source(**data["source"]),
            columns=Columns(**data["columns"]),
            kinds=[Kind(**kind) for kind in data["kinds"]],
            products=Products(**{**products, "cost_share": Decimal(products["cost_share"])}),
            customers=Customers(**data["customers"]),
            write_offs=WriteOffs(reasons=list(data["write_offs"]["reasons"].items()), otherwise=data["write_offs"]["otherwise"]),
            countries=data["countries"],
        )
    except (KeyError, TypeError) as error:
        raise DatasetError(f"The mapping of “{name}” is wrong: {error}") from error


def _company(data: dict[str, Any]) -> CompanyPlan:
    return CompanyPlan(
        **{
            **data,
            "taxes": tuple((code, label, Decimal(rate)) for code, label, rate in data["taxes"]),
            "warehouses": tuple((code, label) for code, label in data["warehouses"]),
        }
    )
