import os
from pathlib import Path

import pytest
from django.conf import settings

from integration.datasets.mapping import DatasetMapping, read_mapping

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture
def sample() -> Path:
    """A hand-written file in the shape of Online Retail: every kind of document and every fault once."""
    return SAMPLE


@pytest.fixture
def mapping() -> DatasetMapping:
    return read_mapping("online_retail")


@pytest.fixture
def data_dir(tmp_path: Path, settings: object) -> Path:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path


@pytest.fixture
def online_retail() -> Path:
    """The real data set, which is no part of the repository."""
    path = Path(os.environ.get("WEFT_SHARED", settings.BASE_DIR.parent / "shared")) / "data" / "online_retail"
    if not path.exists():
        pytest.skip(f"THE REAL DATA SET IS NOT HERE: {path} (set WEFT_SHARED to the folder with data/online_retail)")
    return path
