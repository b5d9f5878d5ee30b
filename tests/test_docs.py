"""The documents keep their word: links lead somewhere, the README's scenario runs, pages are listed in their index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.program import Program

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_links_lead_to_files_that_exist(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("folder", ["docs/decisions", "docs/traps"])
def test_every_page_stands_in_its_index(folder: str) -> None:
    index = (ROOT / folder / "README.md").read_text()
    pages = sorted((ROOT / folder).glob("*.md"))
    assert [page.name for page in pages if page.name != "README.md" and f"({page.name})" not in index] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs/traps").glob("[0-9]*.md")), ids=lambda page: page.stem)
def test_a_cure_is_where_the_page_of_the_trap_says(page: Path) -> None:
    text = page.read_text()
    assert [
        path for path in re.findall(r"`((?:src|python|tests)/[\w/.]+\.\w+)`", text) if not (ROOT / path).exists()
    ] == []
    places = re.findall(r"`((?:src|python)/[\w/.]+)`[,:] `(?:\w+::|\w+\.)?(\w+)\(\)`", text)
    assert [place for place in places if place[1] not in (ROOT / place[0]).read_text()] == []


@pytest.mark.parametrize("page", ["README.md", "docs/guide/native.md"])
def test_the_scenario_in_cpp_in_the_page_runs(page: str, acrida: Program, shop_url: str) -> None:
    scenario = re.search(r"```cpp\n(.*?)```", (ROOT / page).read_text(), re.S)
    assert scenario
    head = "" if "#include" in scenario[1] else "#include <acrida/acrida.h>\nusing namespace acrida;\n"
    (acrida.folder / "shop.cpp").write_text(head + scenario[1])
    done = acrida.run(
        None, "-f", "shop.cpp", "--headless", "-t", "2s", "--json", "--host", shop_url, "-u", "4", "-r", "4"
    )
    assert done.exit_code == 0, done.stderr
    assert {row["num_failures"] for row in done.json()} == {0}


@pytest.mark.parametrize("page", ["README.md", "docs/quickstart.md"])
def test_the_scenario_in_the_page_runs(page: str, acrida: Program, shop_url: str) -> None:
    scenario = re.search(r"```python\n(.*?)```", (ROOT / page).read_text(), re.S)
    assert scenario
    done = acrida.headless(scenario[1], "-t", "2s", "--json", host=shop_url, users=4)
    assert done.exit_code == 0, done.stderr
    assert {row["num_failures"] for row in done.json()} == {0}
