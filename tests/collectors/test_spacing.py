from collectors.spacing import one_line, tidy


def test_control_characters_and_soft_hyphens_are_gone():
    assert tidy("bell\x07 sy\u00adllable\x00\r\n\r\nnext") == "bell syllable\nnext"


def test_a_title_of_a_megabyte_is_cut():
    assert len(one_line("x " * 500_000, 500)) <= 500
