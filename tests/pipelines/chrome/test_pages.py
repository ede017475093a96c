"""Every page case: one test per expected field, and one per expected refusal."""

import dataclasses
from functools import cache
from typing import Any

import pytest

from kepu.records import Article
from pipelines.chrome import extract
from pipelines.refusals import Refused
from tests.pipelines.chrome.cases import PROVENANCE, Case, all_cases, record

CASES = all_cases()
FIELDS = [(case, name) for case in CASES for name in case.output or {}]


@cache
def extracted(case: Case) -> dict[str, Any]:
    return record(extract(case.page()))


@pytest.mark.parametrize(("case", "name"), FIELDS, ids=[f"{case.name}/{name}" for case, name in FIELDS])
def test_field(case: Case, name: str) -> None:
    assert extracted(case)[name] == (case.output or {})[name]


@pytest.mark.parametrize("case", [case for case in CASES if case.error], ids=lambda case: case.name)
def test_refused(case: Case) -> None:
    with pytest.raises(Refused) as refusal:
        extract(case.page())
    assert refusal.value.code == case.error
    assert str(refusal.value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_has_all_its_files(case: Case) -> None:
    assert (case.output is None) != (case.error is None)
    known = {field.name for field in dataclasses.fields(Article)} | set(PROVENANCE)
    assert not set(case.output or {}) - known
