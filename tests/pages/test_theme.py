import tomllib
from pathlib import Path

import pytest

from data.catalogue.loader import load_catalogue
from pages.parts.theme import (
    PILL_LETTERS,
    PLATFORMS,
    TOKENS,
    mix,
    platform_label,
    platform_pill,
    style_sheet,
    template,
)

ROOT = Path(__file__).parents[2]


def luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def theme_of(name: str) -> dict:
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))["theme"]


def test_the_local_settings_repeat_the_theme_word_for_word():
    assert theme_of(".streamlit/config.toml") == theme_of("pages/theme.toml")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_tokens_and_streamlit_agree_on_paper_and_ink(theme):
    given = theme_of("pages/theme.toml")[theme]
    token = TOKENS[theme]
    assert (token["bg"], token["sunk"], token["ink"], token["line"]) == (
        given["backgroundColor"],
        given["secondaryBackgroundColor"],
        given["textColor"],
        given["borderColor"],
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "mute", "faint", "now", "prog", "ok", "viol"])
def test_text_has_a_contrast_of_four_and_a_half(theme, name):
    assert contrast(TOKENS[theme][name], TOKENS[theme]["bg"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_have_a_contrast_of_three(theme):
    marks = [TOKENS[theme]["hist"], *(getattr(platform, theme) for platform in PLATFORMS.values())]
    assert min(contrast(mark, TOKENS[theme]["bg"]) for mark in marks) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("color", ["red", "yellow", "blue", "green", "violet", "gray"])
def test_badges_can_be_read(theme, color):
    given = theme_of("pages/theme.toml")[theme]
    assert contrast(given[f"{color}TextColor"], given[f"{color}BackgroundColor"]) >= 4.5


@pytest.mark.parametrize(("theme", "share", "text"), [("light", 0.26, "#000000"), ("dark", 0.34, "#ffffff")])
def test_pills_can_be_read(theme, share, text):
    paper = TOKENS[theme]["bg"]
    pills = [mix(getattr(platform, theme), paper, share) for platform in PLATFORMS.values()]
    assert min(contrast(pill, text) for pill in pills) >= 4.5


def test_no_two_platforms_share_a_colour():
    for theme in ("light", "dark"):
        assert len({getattr(platform, theme) for platform in PLATFORMS.values()}) == len(PLATFORMS)


def test_the_font_that_the_theme_names_comes_with_its_licence():
    fonts = ROOT / "pages/parts/fonts"
    assert [face["url"] for face in theme_of("pages/theme.toml")["fontFaces"]] == ["/api/font/inter.woff2"]
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text(encoding="utf-8")
    assert (fonts / "inter-latin-wght-normal.woff2").read_bytes()[:4] == b"wOF2"


def test_the_style_sheet_loads_nothing_and_names_no_generated_class():
    sheet = style_sheet("dark")
    assert "url(" not in sheet
    assert "@import" not in sheet
    assert ".st-emotion" not in sheet


def test_a_chart_template_is_made_once_a_theme():
    assert template("light") is template("light")


def test_every_platform_of_the_catalogue_has_a_name_that_fits_its_pill():
    pills = {platform.id: platform_pill(platform.id) for platform in load_catalogue().platforms}
    assert max(len(pill) for pill in pills.values()) <= PILL_LETTERS
    assert "Other" not in pills.values()


@pytest.mark.parametrize("name", [None, "", "<b>x</b>", "![x](y)"])
def test_an_unknown_platform_is_other(name):
    assert platform_label(name) == "Other"
