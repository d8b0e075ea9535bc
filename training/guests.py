"""Guests: what they like, and what they avoid by taste or by necessity.

Decisions
- A guest is two lines: one of likings, one of dislikings or restrictions.
- A liking names ingredients, a flavour or a cuisine; an aversion names ingredients or a group of them.
- Only the words "cannot eat", "allergic" and "vegetarian" make an aversion a restriction.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from menu import ANIMALS, GROUPS, Dish, cuisines, draw_ingredient

LIKING_FORMS = ("{}", "{}", "{}", "{}", "loves {}", "likes {}", "anything with {}", "a big fan of {}")
DISLIKE_FORMS = ("doesn't like {}", "doesn't like {}", "doesn't like {}", "dislikes {}", "not a fan of {}", "hates {}")
RESTRICTION_FORMS = ("cannot eat {}", "cannot eat {}", "allergic to {}", "is allergic to {}", "can't eat {}")
INDIFFERENCE = ("nothing", "nothing in particular", "none", "nothing, eats everything")
QUALITY_FORMS = {
    "sweet": ("sweet things", "sweet things", "anything sweet", "desserts", "has a sweet tooth"),
    "spicy": ("spicy food", "spicy food", "anything spicy", "hot and spicy dishes"),
}
CUISINE_FORMS = ("{} food", "{} cooking", "loves {} food")


@dataclass(frozen=True)
class Liking:
    """What a guest likes: ingredients, or one quality ("sweet", "spicy" or a cuisine)."""

    text: str
    ingredients: frozenset[str] = frozenset()
    quality: str = ""


@dataclass(frozen=True)
class Aversion:
    """What a guest avoids; ``restricts`` says that it is not a matter of taste."""

    text: str
    ingredients: frozenset[str] = frozenset()
    restricts: bool = False


def _capitalised_now_and_then(text: str, chooser: random.Random) -> str:
    return text[0].upper() + text[1:] if chooser.random() < 0.08 else text


def _with_second(first: str, joint: str, chooser: random.Random) -> tuple[str, frozenset[str]]:
    second = draw_ingredient(chooser)
    if chooser.random() >= 0.35 or second == first:
        return first, frozenset()
    pair = (first, second) if chooser.random() < 0.5 else (second, first)
    return joint.join(pair), frozenset({second})


def like_ingredient(ingredient: str, chooser: random.Random) -> Liking:
    """Return a liking of the ingredient, sometimes with a second one beside it."""
    words, more = _with_second(ingredient, " and ", chooser)
    text = chooser.choice(LIKING_FORMS).format(words)
    return Liking(_capitalised_now_and_then(text, chooser), more | {ingredient})


def like_quality(quality: str, chooser: random.Random) -> Liking:
    """Return a liking of a flavour or a cuisine."""
    forms = QUALITY_FORMS.get(quality) or [form.format(quality) for form in CUISINE_FORMS]
    return Liking(_capitalised_now_and_then(chooser.choice(forms), chooser), quality=quality)


def draw_liking(chooser: random.Random) -> Liking:
    """Draw a liking of anything."""
    luck = chooser.random()
    if luck < 0.10:
        return like_quality("sweet", chooser)
    if luck < 0.17:
        return like_quality("spicy", chooser)
    if luck < 0.25:
        return like_quality(chooser.choice(cuisines()), chooser)
    return like_ingredient(draw_ingredient(chooser), chooser)


def draw_liking_of(dish: Dish, chooser: random.Random) -> Liking:
    """Draw a liking that the dish meets."""
    luck = chooser.random()
    if dish.flavours and luck < 0.4:
        return like_quality(dish.flavours[0], chooser)
    if luck > 0.87:
        return like_quality(dish.cuisine, chooser)
    return like_ingredient(chooser.choice(dish.ingredients[:3]), chooser)


def _aversion(words: str, ingredients: frozenset[str], restricts: bool, chooser: random.Random) -> Aversion:
    forms = RESTRICTION_FORMS if restricts else DISLIKE_FORMS
    text = chooser.choice(forms).format(words)
    return Aversion(_capitalised_now_and_then(text, chooser), ingredients, restricts)


def avoid_ingredient(ingredient: str, restricts: bool, chooser: random.Random) -> Aversion:
    """Return an aversion to the ingredient, sometimes with a second one beside it."""
    words, more = _with_second(ingredient, " or ", chooser)
    return _aversion(words, more | {ingredient}, restricts, chooser)


def avoid_group(group: str, restricts: bool, chooser: random.Random) -> Aversion:
    """Return an aversion to a group of ingredients, such as nuts."""
    return _aversion(group, frozenset(GROUPS[group]), restricts, chooser)


def vegetarian(chooser: random.Random) -> Aversion:
    """Return the restriction of a vegetarian."""
    return Aversion(chooser.choice(("is vegetarian", "vegetarian")), ANIMALS, restricts=True)


def draw_aversion(restricts: bool, chooser: random.Random) -> Aversion:
    """Draw an aversion to anything, or to nothing at all."""
    luck = chooser.random()
    if luck < 0.10:
        return Aversion(chooser.choice(INDIFFERENCE))
    if luck < 0.17:
        return avoid_group(chooser.choice(list(GROUPS)), restricts, chooser)
    if luck < 0.19 and restricts:
        return vegetarian(chooser)
    return avoid_ingredient(draw_ingredient(chooser), restricts, chooser)


def draw_aversion_to(dish: Dish, restricts: bool, chooser: random.Random) -> Aversion:
    """Draw an aversion that the dish runs into."""
    ingredient = chooser.choice(dish.ingredients[:4])
    groups = [group for group, members in GROUPS.items() if ingredient in members]
    luck = chooser.random()
    if groups and luck < 0.14:
        return avoid_group(chooser.choice(groups), restricts, chooser)
    if restricts and ingredient in ANIMALS and luck < 0.2:
        return vegetarian(chooser)
    return avoid_ingredient(ingredient, restricts, chooser)
