"""``docs/editors.md`` says what the code does: no name is missing there, and none is made up."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from editors_document import PATH, blocks, rows, section
from prompt_salience.attribution.scale import Theme, Tint, tint
from prompt_salience.editor.highlight import LEVELS, Kind, Modifier
from prompt_salience.language_server.registry import COMMANDS
from prompt_salience.language_server.semantic_tokens import LEGEND
from prompt_salience.language_server.settings import KNOWN, SECTION, Settings, checked_settings
from prompt_salience.prompts.formats import jinja_file, prompty
from prompt_salience.prompts.template import SIDECAR_ENDING

KINDS = {Kind.SALIENCE: 1, Kind.SUPPORTING: 1, Kind.OPPOSING: -1}
NEOVIM_COLOURS = "Colours"


def strongest_last(kind: Kind, theme: Theme) -> list[Tint]:
    """The tints of a kind by level."""
    found = (tint(KINDS[kind] * level, signed=kind is not Kind.SALIENCE, theme=theme) for level in range(1, 6))
    return [one for one in found if one]


def test_each_setting_is_there_once():
    assert sorted(name for name, *_ in rows("Settings")) == sorted(KNOWN)


@pytest.mark.parametrize("row", rows("Settings"), ids=lambda row: row[0])
def test_the_default_of_a_setting_is_the_default(row: tuple[str, ...]):
    name, default, _ = row
    as_json = re.match(r"[\d\[]|true|false|null", default)
    given = "" if default == "none" else json.loads(default) if as_json else default
    assert checked_settings({name: given}) == (Settings(), ())


def test_each_command_is_there_once():
    names = [f"{SECTION}.{name}" for name, *_ in rows("Commands")]
    assert sorted(names) == sorted(command.NAME for command in COMMANDS)


@pytest.mark.parametrize("row", rows("Commands"), ids=lambda row: row[0])
def test_a_command_takes_as_many_arguments_as_its_module_says(row: tuple[str, ...]):
    name, arguments, _ = row
    (command,) = (command for command in COMMANDS if command.NAME.endswith(f".{name}"))
    said = re.match(r"``\S+``: (.*?)[.;]", command.__doc__ or "")
    assert said
    assert _count(arguments) == _count(said[1].replace("no arguments", ""))


def _count(arguments: str) -> int:
    return len([argument for argument in arguments.split(",") if argument.strip()])


def test_each_type_and_modifier_of_tokens_is_there_once():
    names = [name for name, *_ in rows("Semantic tokens")]
    assert sorted(names) == sorted([*Kind, *Modifier])
    assert [*LEGEND.token_types, *LEGEND.token_modifiers] == [*Kind, *Modifier]


def test_no_other_name_of_ours_is_used():
    known = {command.NAME for command in COMMANDS} | {f"{SECTION}.{name}" for name in KNOWN}
    used = set(re.findall(rf"{SECTION}\.[\w.]*\w", PATH.read_text(encoding="utf-8")))
    assert used
    assert used <= known


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("kind", KINDS)
def test_the_ramps_for_neovim_are_those_of_the_scale(kind: Kind, theme: Theme):
    (code,) = blocks(NEOVIM_COLOURS, "lua")
    ramps = code.partition(f"{theme} = {{")[2]
    found = re.search(rf"{kind} = \{{ (.*?) \}}", ramps)
    assert found
    assert re.findall(r"#\w{6}", found[1]) == [str(one.background) for one in strongest_last(kind, theme)]


@pytest.mark.parametrize("theme", Theme)
@pytest.mark.parametrize("kind", KINDS)
def test_text_is_black_or_white_from_the_level_that_neovim_and_emacs_change_at(kind: Kind, theme: Theme):
    dark = theme is Theme.DARK
    black = [(level > (3 if dark else 4)) == dark for level in range(1, 6)]
    assert [str(one.text) == "#000000" for one in strongest_last(kind, theme)] == black
    assert "level > (dark and 3 or 4)) == dark and '#000000' or '#ffffff'" in section(NEOVIM_COLOURS)


def test_the_levels_for_emacs_are_those_of_the_scale():
    code = blocks("Colours in Emacs", "elisp")[0]
    pairs = zip(strongest_last(Kind.SALIENCE, Theme.LIGHT), strongest_last(Kind.SALIENCE, Theme.DARK), strict=True)
    expected = [str(one.background) for pair in pairs for one in pair]
    assert re.findall(r"#\w{6}", code.partition("do (custom")[0]) == expected


def test_the_rules_for_zed_are_those_of_the_scale():
    (settings,) = (json.loads(code) for code in blocks("Zed", "json"))
    expected = [
        {
            "token_type": kind,
            "token_modifiers": [level],
            "background_color": str(colours.background),
            "foreground_color": str(colours.text),
        }
        for kind in KINDS
        for level, colours in zip(LEVELS, strongest_last(kind, Theme.DARK), strict=True)
    ]
    assert settings["global_lsp_settings"]["semantic_token_rules"] == expected


def test_helix_serves_every_template_and_its_values():
    languages = tomllib.loads(blocks("Helix", "toml")[0])
    prompt, values = languages["language"]
    assert {f".{ending}" for ending in prompt["file-types"]} == {*prompty.ENDINGS, *jinja_file.ENDINGS}
    assert values["file-types"] == [{"glob": f"*{SIDECAR_ENDING}"}]
    assert {"prompt-salience"} == set(languages["language-server"]) == {*prompt["language-servers"]}


@pytest.mark.parametrize("heading", ["Helix", "Zed"])
def test_blocks_of_toml_can_be_read(heading: str):
    assert all(tomllib.loads(code) for code in blocks(heading, "toml"))
