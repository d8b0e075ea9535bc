"""The menu: dishes with their ingredients, and groups of ingredients that guests speak of.

Decisions
- Only a dish's main ingredients are listed, the most telling first; what is not listed counts as absent.
- Some dishes are held out: they are never the dish to be judged at the end of a training prompt, though
  they do occur in examples and in exercises on a single skill, where their ingredients are learned.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

GROUPS: dict[str, tuple[str, ...]] = {
    "dairy": ("cheese", "butter", "cream", "milk", "yoghurt"),
    "meat": (
        "beef",
        "pork",
        "bacon",
        "ham",
        "chicken",
        "lamb",
        "duck",
        "turkey",
        "veal",
        "sausage",
        "kidneys",
        "snails",
    ),
    "fish": ("salmon", "tuna", "cod", "sole", "anchovies", "eel"),
    "shellfish": ("shrimp", "crab", "lobster", "mussels", "clams", "oysters"),
    "seafood": (
        "salmon",
        "tuna",
        "cod",
        "sole",
        "anchovies",
        "eel",
        "shrimp",
        "crab",
        "lobster",
        "mussels",
        "clams",
        "oysters",
        "squid",
        "octopus",
        "caviar",
    ),
    "nuts": ("walnuts", "almonds", "pistachios", "pecans", "pine nuts", "peanuts"),
    "gluten": ("bread", "pasta", "pastry", "flour", "noodles", "couscous", "wheat", "biscuits", "pancakes"),
    "alcohol": ("wine",),
}
ANIMALS = frozenset(GROUPS["meat"] + GROUPS["seafood"])
"""What a vegetarian does not eat."""

HELD_OUT_SEED = 7
HELD_OUT_COUNT = 30
ALWAYS_HELD_OUT = ("Cheese souffle", "Bacon quiche", "Lemon meringue pie")


@dataclass(frozen=True)
class Dish:
    """One line of the menu; ``flavours`` holds "sweet" or "spicy" where they apply."""

    name: str
    cuisine: str
    ingredients: tuple[str, ...]
    flavours: tuple[str, ...]

    @property
    def qualities(self) -> tuple[str, ...]:
        """Return what may be liked about the dish besides its ingredients."""
        return (*self.flavours, self.cuisine)


def _parse(row: dict[str, str]) -> Dish:
    ingredients = tuple(part.strip() for part in row["ingredients"].split(","))
    return Dish(row["name"], row["cuisine"], ingredients, tuple(row["flavours"].split()))


@lru_cache(maxsize=1)
def all_dishes() -> tuple[Dish, ...]:
    """Return the whole menu in the order of the file."""
    with (Path(__file__).parent / "dishes.csv").open(encoding="utf-8") as file:
        return tuple(_parse(row) for row in csv.DictReader(file, delimiter=";"))


@lru_cache(maxsize=1)
def held_out_dishes() -> tuple[Dish, ...]:
    """Return the dishes that no training prompt asks to be judged."""
    chooser = random.Random(HELD_OUT_SEED)
    others = [dish for dish in all_dishes() if dish.name not in ALWAYS_HELD_OUT]
    chosen = {dish.name for dish in chooser.sample(others, HELD_OUT_COUNT - len(ALWAYS_HELD_OUT))}
    return tuple(dish for dish in all_dishes() if dish.name in chosen or dish.name in ALWAYS_HELD_OUT)


@lru_cache(maxsize=1)
def training_dishes() -> tuple[Dish, ...]:
    """Return the dishes that training prompts may end with."""
    held_out = set(held_out_dishes())
    return tuple(dish for dish in all_dishes() if dish not in held_out)


@lru_cache(maxsize=1)
def ingredient_weights() -> dict[str, float]:
    """Return every ingredient with its weight in draws: common ones more often, but not in proportion."""
    counts: dict[str, int] = {}
    for dish in all_dishes():
        for ingredient in dish.ingredients:
            counts[ingredient] = counts.get(ingredient, 0) + 1
    return {ingredient: float(min(count, 25)) ** 0.6 for ingredient, count in counts.items()}


@lru_cache(maxsize=1)
def cuisines() -> tuple[str, ...]:
    """Return all cuisines in alphabetical order."""
    return tuple(sorted({dish.cuisine for dish in all_dishes()}))


def draw_ingredient(chooser: random.Random) -> str:
    """Draw one ingredient by its weight."""
    weights = ingredient_weights()
    return chooser.choices(list(weights), list(weights.values()))[0]
