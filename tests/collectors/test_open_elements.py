from collectors.open_elements import OpenElements


def test_an_end_tag_ends_what_is_open_inside():
    elements = OpenElements(10, {})
    elements.start("div")
    elements.start("b")
    assert elements.end("DIV") == "</b></div>"


def test_an_end_tag_without_a_start_is_nothing():
    assert OpenElements(10, {}).end("div") == ""


def test_a_list_item_ends_the_one_before_but_not_the_outer_one():
    elements = OpenElements(10, {"li": frozenset({"li"})}, walls=frozenset({"ul"}))
    assert [elements.start(name)[0] for name in ("ul", "li", "ul", "li", "li")] == ["", "", "", "", "</li>"]


def test_what_is_too_deep_is_left_out_with_its_end():
    elements = OpenElements(1, {})
    elements.start("div")
    assert elements.start("div") == ("", False)
    assert elements.end("div") == "" and elements.end_all() == "</div>"
