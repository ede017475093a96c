"""The documents agree with the code."""

import dataclasses
import re
import runpy
from itertools import islice
from pathlib import Path

import click
import orjson
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

import demo
from kepu import records
from kepu.cli.main import COMMANDS, main
from kepu.records import Page
from kepu.records.record_docs import sentences
from pipelines.build_article import article_from_page, normalize

CONTEXT = click.Context(main)
CHECKOUT = Path(__file__).resolve().parents[2]
PAGES = sorted([*CHECKOUT.glob("*.md"), *CHECKOUT.glob("docs/**/*.md")])


def test_the_record_page_is_made_from_the_records() -> None:
    module = runpy.run_path(str(CHECKOUT / "docs" / "make_record.py"))
    for name, make in {"record.md": module["page"], "record.schema.json": module["schema"]}.items():
        assert (CHECKOUT / "docs" / name).read_text(encoding="utf-8") == make(), (
            "run python docs/make_record.py"
        )


def test_records_are_valid_against_the_schema() -> None:
    schema = orjson.loads((CHECKOUT / "docs" / "record.schema.json").read_bytes())
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    records = [
        orjson.loads(orjson.dumps(normalize(article_from_page(Page(body, url, url, status=200)))))
        for url, _, body, _ in islice(demo.pages(demo.articles(40)), 0, 60, 5)
    ]
    for record in records:
        validator.validate(record)
    assert not validator.is_valid(records[0] | {"date_source": "a guess"})
    assert not validator.is_valid(records[0] | {"date_published": "2026-13-01"})
    assert not validator.is_valid(records[0] | {"more": 1})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_links_have_targets(page: Path) -> None:
    links = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("name", main.list_commands(CONTEXT))
def test_every_command_has_help_with_an_example(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    help_text = command.get_help(click.Context(command, info_name=name))
    assert "Example" in help_text
    assert f"kepu {name}" in help_text


def test_every_command_in_the_documents_exists() -> None:
    shown = {
        word
        for page in PAGES
        for word in re.findall(r"(?:^|\s|`|/)kepu ([a-z]+(?:-[a-z]+)*)", page.read_text(encoding="utf-8"))
    }
    assert shown <= set(main.list_commands(CONTEXT))


def test_every_field_of_the_records_has_a_sentence() -> None:
    made = runpy.run_path(str(CHECKOUT / "docs" / "make_record.py"))
    said = sentences()
    missing = [
        f"{cls.__name__}.{field.name}"
        for cls in (records.Page, records.Visit, records.Article, *made["NESTED"])
        for field in dataclasses.fields(cls)
        if (cls.__name__, field.name) not in said
    ]
    assert not missing


def test_the_page_of_commands_lists_those_of_the_program() -> None:
    page = (CHECKOUT / "docs" / "cli.md").read_text(encoding="utf-8")
    listed = "".join(
        f"**{section}**\n\n" + "".join(f"- `kepu {name}`: {what}\n" for name, what in commands.items()) + "\n"
        for section, commands in COMMANDS.items()
    )
    assert listed in page
