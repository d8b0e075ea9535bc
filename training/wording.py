"""The surface of a prompt: labels, headings, bullets, order and blank lines.

Decisions
- One wording is canonical and the most frequent; every other differs from it in a few respects only.
- Labels are the same throughout a prompt; some are drawn from lists, a few are made up, so that the
  model copies the label of the recommendation instead of knowing it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

INTRO = "You judge dishes on a menu for a guest."
EXAMPLES_HEADING = "## Examples"
TURN_HEADING = "## Your turn"

_INTROS = (
    "You judge dishes on a menu for a guest of a restaurant.",
    "Judge the dish for the guest.",
    "Decide whether a dish on the menu suits a guest.",
    "You help guests of a restaurant to choose.",
    "You are a waiter who judges dishes for a guest.",
    "Give a recommendation for each dish.",
    "Look at a dish and recommend it to the guest or not.",
    "# Menu advice",
)
_EXAMPLES_HEADINGS = (
    "# Examples",
    "### Examples",
    "Examples:",
    "## Some examples",
    "Here are some examples:",
    "## Examples:",
    "Follow these examples.",
    "## Example",
)
_TURN_HEADINGS = (
    "# Your turn",
    "### Your turn",
    "Your turn:",
    "Now your turn.",
    "## Now this dish",
    "## The next dish",
    "## Next",
    "Now judge this dish:",
    "## New dish",
    "## Task",
)
_LIKES = (
    "Likes",
    "Guest enjoys",
    "Enjoys",
    "The guest likes",
    "Customer likes",
    "Preferences",
    "Loves",
    "Favourites",
    "LIKES",
)
_AVOIDS = (
    "Avoids",
    "Dislikes",
    "Guest dislikes",
    "The guest avoids",
    "Customer avoids",
    "Restrictions",
    "Does not eat",
    "AVOIDS",
)
_DISHES = ("Menu item", "Item", "Meal", "Plate", "Food", "On the menu", "The dish", "Offer", "DISH")
_ANALYSES = ("Assessment", "Reasoning", "Thoughts", "Notes", "Comment", "Why", "Remarks", "Review", "ANALYSIS")
_RECOMMENDATIONS = ("Verdict", "Advice", "Answer", "Decision", "Conclusion", "Result", "Tip", "Reply", "RECOMMENDATION")
_SYLLABLES = "ba co di fu ga ho jo ka li mo ne pa qui ro su ta ve wi xo zu an er in or ul".split()  # noqa: SIM905
_BULLETS = ("* ", "* ", "1. ", "+ ", "")
_NUMBERINGS = ("Example {}:", "### Example {}", "{}.", "({})", "Example {}", "---")


@dataclass(frozen=True)
class Labels:
    """What stands before the colon on each line of a block."""

    likes: str = "Guest likes"
    avoids: str = "Guest avoids"
    dish: str = "Dish"
    analysis: str = "Analysis"
    recommendation: str = "Recommendation"


@dataclass(frozen=True)
class Wording:
    """How one prompt is written; a heading that is left out is empty, ``numbering`` stands above examples."""

    labels: Labels = Labels()
    intro: str = INTRO
    examples_heading: str = EXAMPLES_HEADING
    turn_heading: str = TURN_HEADING
    principles_heading: str = ""
    bullet: str = "- "
    numbering: str = ""
    order: str = "likes avoids dish"
    tight_headings: bool = False
    tight_blocks: bool = False
    principles_last: bool = False
    ends_in_space: bool = False


CANONICAL = Wording()


def _made_up_label(chooser: random.Random) -> str:
    return "".join(chooser.choices(_SYLLABLES, k=chooser.choice((2, 3)))).capitalize()


def _draw_label(usual: str, others: tuple[str, ...], chooser: random.Random) -> str:
    luck = chooser.random()
    if luck < 0.35:
        return usual
    return _made_up_label(chooser) if luck > 0.93 else chooser.choice(others)


def draw_labels(chooser: random.Random) -> Labels:
    """Draw a set of labels, some of them the usual ones."""
    usual = Labels()
    return Labels(
        _draw_label(usual.likes, _LIKES, chooser),
        _draw_label(usual.avoids, _AVOIDS, chooser),
        _draw_label(usual.dish, _DISHES, chooser),
        _draw_label(usual.analysis, _ANALYSES, chooser),
        _draw_label(usual.recommendation, _RECOMMENDATIONS, chooser),
    )


def _varied_headings(wording: Wording, chooser: random.Random) -> Wording:
    def vary(usual: str, others: tuple[str, ...]) -> str:
        luck = chooser.random()
        return usual if luck < 0.45 else "" if luck < 0.6 else chooser.choice(others)

    return replace(
        wording,
        intro=vary(INTRO, _INTROS),
        examples_heading=vary(EXAMPLES_HEADING, _EXAMPLES_HEADINGS),
        turn_heading=vary(TURN_HEADING, _TURN_HEADINGS),
        principles_heading=chooser.choice(("", "", "Principles:", "## Principles", "Rules:", "## Rules")),
    )


def _varied_layout(wording: Wording, chooser: random.Random) -> Wording:
    orders = ("likes avoids dish",) * 5 + ("avoids likes dish", "dish likes avoids", "avoids likes dish")
    return replace(
        wording,
        bullet=chooser.choice(("- ", "- ", *_BULLETS)),
        numbering=chooser.choice(_NUMBERINGS) if chooser.random() < 0.25 else "",
        order=chooser.choice(orders),
        tight_headings=chooser.random() < 0.3,
        tight_blocks=chooser.random() < 0.1,
        principles_last=chooser.random() < 0.3,
        ends_in_space=chooser.random() < 0.12,
    )


def draw_wording(chooser: random.Random, varied_share: float) -> Wording:
    """Draw a wording that is canonical except in ``varied_share`` of all draws."""
    if chooser.random() >= varied_share:
        return CANONICAL
    wording = CANONICAL
    if chooser.random() < 0.6:
        wording = replace(wording, labels=draw_labels(chooser))
    if chooser.random() < 0.7:
        wording = _varied_headings(wording, chooser)
    return _varied_layout(wording, chooser) if chooser.random() < 0.8 else wording
