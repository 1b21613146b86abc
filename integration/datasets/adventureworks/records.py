"""The files as plain records, as they stand, with their control totals. What each becomes is said in docs/datasets.md."""

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from integration.datasets.errors import DatasetError

FILES = (
    "BillOfMaterials",
    "Currency",
    "CurrencyRate",
    "Customer",
    "Product",
    "ProductCategory",
    "ProductInventory",
    "ProductSubcategory",
    "ProductVendor",
    "PurchaseOrderDetail",
    "PurchaseOrderHeader",
    "Store",
    "UnitMeasure",
    "Vendor",
)
# What one of a unit holds is in no file: the common packs of the trade. EA is the piece.
PACKS = {"DZ": 12, "CTN": 12, "CS": 24, "CAN": 32, "PAK": 10, "GAL": 128}
PIECE = "EA"


@dataclass(frozen=True)
class ProductRow:
    id: int
    number: str
    name: str
    made: bool
    safety_stock: int
    cost: Decimal
    list_price: Decimal
    days_to_make: int
    subcategory: str
    ended: bool


@dataclass(frozen=True)
class BillRow:
    """One component of an assembly; a row without an assembly only says that the component is sold."""

    assembly: int | None
    component: int
    start: datetime.date
    end: datetime.date | None
    unit: str
    quantity: Decimal


@dataclass(frozen=True)
class VendorRow:
    id: int
    code: str
    name: str
    preferred: bool
    active: bool


@dataclass(frozen=True)
class SourceRow:
    """By which terms a vendor supplies a product; quantities are in `unit`, the maximum is of one order line."""

    product: int
    vendor: int
    lead_days: int
    price: Decimal
    minimum: int
    maximum: int
    unit: str
    on_order: int


@dataclass(frozen=True)
class OrderLineRow:
    """Quantities are in the unit in which the vendor sells the product; `received` arrived, of it `rejected` was refused."""

    product: int
    due: datetime.date
    quantity: int
    price: Decimal
    received: Decimal
    rejected: Decimal


@dataclass(frozen=True)
class OrderRow:
    """`status` is 1 pending, 2 approved, 3 rejected, 4 complete; tax and freight are amounts of the head."""

    id: int
    status: int
    vendor: int
    ordered: datetime.date
    shipped: datetime.date
    tax: Decimal
    freight: Decimal
    lines: list[OrderLineRow]


@dataclass(frozen=True)
class RateRow:
    """So many of the currency for one US dollar at the end of the day."""

    currency: str
    date: datetime.date
    per_dollar: Decimal


@dataclass(frozen=True)
class StoreRow:
    id: int
    code: str
    name: str


@dataclass(frozen=True)
class Records:
    """All that is loaded, by file, and how many customers have no name in the files."""

    products: list[ProductRow]
    subcategories: list[tuple[str, str]]
    bills: list[BillRow]
    vendors: list[VendorRow]
    sources: list[SourceRow]
    stock: dict[int, int]
    stores: list[StoreRow]
    nameless: int
    orders: list[OrderRow]
    currencies: dict[str, str]
    rates: list[RateRow]

    def units(self) -> dict[int, str]:
        """The unit in which bills count a product where that is not the piece: ounces of what comes in cans, inches of tube."""
        return {b.component: b.unit for b in self.bills if b.unit != PIECE}


def read(folder: Path) -> Records:
    """Read the files of the folder; DatasetError names those that are missing."""
    missing = [f"{name}.csv" for name in FILES if not (folder / f"{name}.csv").is_file()]
    if missing:
        raise DatasetError(f"{folder} lacks {', '.join(missing)}.")
    stock: dict[int, int] = {}
    for row in _rows(folder, "ProductInventory"):
        stock[int(row["ProductID"])] = stock.get(int(row["ProductID"]), 0) + int(row["Quantity"])
    customers = list(_rows(folder, "Customer"))
    codes = {row["StoreID"]: row["AccountNumber"] for row in customers if row["StoreID"] and not row["PersonID"]}
    return Records(
        products=[_product(row) for row in _rows(folder, "Product")],
        subcategories=[(row["ProductSubcategoryID"], row["Name"]) for row in _rows(folder, "ProductSubcategory")],
        bills=[_bill(row) for row in _rows(folder, "BillOfMaterials")],
        vendors=[
            VendorRow(
                int(row["BusinessEntityID"]),
                row["AccountNumber"],
                row["Name"],
                row["PreferredVendorStatus"] == "1",
                row["ActiveFlag"] == "1",
            )
            for row in _rows(folder, "Vendor")
        ],
        sources=[_source(row) for row in _rows(folder, "ProductVendor")],
        stock=stock,
        stores=[
            StoreRow(int(row["BusinessEntityID"]), codes[row["BusinessEntityID"]], row["Name"])
            for row in _rows(folder, "Store")
            if row["BusinessEntityID"] in codes
        ],
        nameless=len(customers) - len(codes),
        orders=_orders(folder),
        currencies={row["CurrencyCode"]: row["Name"] for row in _rows(folder, "Currency")},
        rates=[
            RateRow(row["ToCurrencyCode"], _day(row["CurrencyRateDate"]), Decimal(row["EndOfDayRate"]))
            for row in _rows(folder, "CurrencyRate")
        ],
    )


def _orders(folder: Path) -> list[OrderRow]:
    lines: dict[str, list[OrderLineRow]] = {}
    for row in _rows(folder, "PurchaseOrderDetail"):
        lines.setdefault(row["PurchaseOrderID"], []).append(
            OrderLineRow(
                product=int(row["ProductID"]),
                due=_day(row["DueDate"]),
                quantity=int(row["OrderQty"]),
                price=Decimal(row["UnitPrice"]),
                received=Decimal(row["ReceivedQty"]),
                rejected=Decimal(row["RejectedQty"]),
            )
        )
    return [
        OrderRow(
            id=int(row["PurchaseOrderID"]),
            status=int(row["Status"]),
            vendor=int(row["VendorID"]),
            ordered=_day(row["OrderDate"]),
            shipped=_day(row["ShipDate"]),
            tax=Decimal(row["TaxAmt"]),
            freight=Decimal(row["Freight"]),
            lines=lines.get(row["PurchaseOrderID"], []),
        )
        for row in _rows(folder, "PurchaseOrderHeader")
    ]


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _product(row: dict[str, str]) -> ProductRow:
    return ProductRow(
        id=int(row["ProductID"]),
        number=row["ProductNumber"],
        name=row["Name"],
        made=row["MakeFlag"] == "1",
        safety_stock=int(row["SafetyStockLevel"]),
        cost=Decimal(row["StandardCost"]),
        list_price=Decimal(row["ListPrice"]),
        days_to_make=int(row["DaysToManufacture"]),
        subcategory=row["ProductSubcategoryID"],
        ended=bool(row["SellEndDate"]),
    )


def _bill(row: dict[str, str]) -> BillRow:
    return BillRow(
        assembly=int(row["ProductAssemblyID"]) if row["ProductAssemblyID"] else None,
        component=int(row["ComponentID"]),
        start=_day(row["StartDate"]),
        end=_day(row["EndDate"]) if row["EndDate"] else None,
        unit=row["UnitMeasureCode"].strip(),
        quantity=Decimal(row["PerAssemblyQty"]),
    )


def _source(row: dict[str, str]) -> SourceRow:
    return SourceRow(
        product=int(row["ProductID"]),
        vendor=int(row["BusinessEntityID"]),
        lead_days=int(row["AverageLeadTime"]),
        price=Decimal(row["StandardPrice"]),
        minimum=int(row["MinOrderQty"]),
        maximum=int(row["MaxOrderQty"]),
        unit=row["UnitMeasureCode"].strip(),
        on_order=int(row["OnOrderQty"] or 0),
    )


def _day(text: str) -> datetime.date:
    return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").date()  # noqa: DTZ007
