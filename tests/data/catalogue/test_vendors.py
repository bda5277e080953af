import pytest

from data.catalogue.vendors import load_vendors
from data.errors import CatalogueError

ENTRY = """
[[vendor]]
id = "{id}"
names = ["{name}"]
domains = ["{domain}"]
sources = ["https://example.org/report"]
revised = 2026-11-24
"""


def written(folder, *entries):
    file = folder / "vendors.toml"
    file.write_text("".join(ENTRY.format(**entry) for entry in entries), encoding="utf-8")
    return file


def test_the_catalogue_of_the_project_is_sound():
    assert all(vendor.sources and vendor.names for vendor in load_vendors().entries)


def test_a_vendor_is_found_by_name_in_any_case_with_or_without_article(tmp_path):
    vendors = load_vendors(written(tmp_path, {"id": "a", "name": "The Harbour Post", "domain": "post.example"}))
    assert vendors.named("harbour  post") is vendors.named("THE HARBOUR POST") is vendors.by_domain["post.example"]
    assert vendors.named("Harbour") is None


def test_a_domain_of_two_vendors_tells_neither(tmp_path):
    entries = [{"id": name, "name": name, "domain": "state.example"} for name in ("labour", "revenue")]
    assert load_vendors(written(tmp_path, *entries)).by_domain == {}


@pytest.mark.parametrize(
    ("second", "says"),
    [
        ({"id": "b", "name": "one", "domain": "b.example"}, "two vendors are called 'one'"),
        ({"id": "a", "name": "Two", "domain": "b.example"}, "two vendors share one id"),
        ({"id": "b", "name": "Two", "domain": "https://b.example"}, "host names in lower case"),
    ],
)
def test_a_wrong_entry_says_what_to_write(tmp_path, second, says):
    with pytest.raises(CatalogueError, match=says):
        load_vendors(written(tmp_path, {"id": "a", "name": "One", "domain": "a.example"}, second))
