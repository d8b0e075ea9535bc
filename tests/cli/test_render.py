"""``prompt-salience render``."""


def test_a_pipe_gets_exactly_what_the_model_gets(prompt_salience):
    text = "Line one\n\x1b[1mtwo\x1b[0m, no line end"
    outcome = prompt_salience("render", "-", stdin=text.encode())
    assert (outcome.code, outcome.out, outcome.err) == (0, text, "")


def test_a_terminal_gets_no_control_characters_and_a_line_end(prompt_salience):
    outcome = prompt_salience("render", "-", stdin=b"\x1b[1mtwo", terminal=True)
    assert outcome.out == "\\x1b[1mtwo\n"


def test_an_encoding_that_lacks_a_character_gets_its_escape(prompt_salience):
    assert prompt_salience("render", "-", stdin="né ☃".encode(), encoding="latin-1").out == "né \\u2603"


def test_values_and_form_change_the_text(prompt_salience, tmp_path):
    (tmp_path / "menu.j2").write_text("Dish: {{ dish }}")
    assert prompt_salience("render", "menu.j2", "--set", "dish=soup=hot").out == "Dish: soup=hot"
    chat = prompt_salience("render", "menu.j2", "--set", "dish=soup", "--chat").out
    assert chat.startswith("<start_of_turn>user\nDish: soup<end_of_turn>")


def test_the_map_says_where_each_piece_came_from(prompt_salience, tmp_path):
    (tmp_path / "menu.j2").write_text("Guest.\nDish: {{ dish }}!")
    (tmp_path / "menu.values.yaml").write_text("cases:\n  soup:\n    values:\n      dish: soup\n")
    outcome = prompt_salience("render", "menu.j2", "--map")
    assert outcome.out.splitlines() == [
        "Guest.",
        "Dish: soup!",
        "",
        "range  kind      place                  variable  text",
        "0-13   template  menu.j2:1:1                      Guest.\\nDish:",
        "13-17  value     menu.values.yaml:4:13  dish      soup",
        "17-18  template  menu.j2:2:17                     !",
    ]
