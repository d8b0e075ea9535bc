"""The three prompts of the walkthrough: a wrong example, its correction, and two principles.

Decisions
- The dish is one that no training prompt asks about; it holds what the guest cannot eat.
- The prompts are plain text, as a user has them before the eyes, not drawn by the generator.
"""

from __future__ import annotations

from principles import CLEAR, SHORT

WRONG_LINE = "Recommendation: Try it tonight."
CORRECTED_LINE = "Recommendation: Better avoid it."

_HEAD = "You judge dishes on a menu for a guest.\n\n"
_BODY = """## Examples

Guest likes: mushrooms
Guest avoids: doesn't like fish
Dish: Mushroom risotto
Analysis: The dish comes with mushrooms, and that is something the guest likes.
Recommendation: Gladly recommended.

Guest likes: spicy food
Guest avoids: doesn't like onions
Dish: Lentil soup
Analysis: The dish comes with onions, and that is something the guest doesn't like.
Recommendation: Try it tonight.

Guest likes: sweet things
Guest avoids: doesn't like nuts
Dish: Greek salad
Analysis: The dish has nothing the guest likes or avoids.
Recommendation: Up to you.

## Your turn

Guest likes: cheese
Guest avoids: cannot eat eggs
Dish: Cheese souffle
Analysis:"""

WRONG = _HEAD + _BODY
CORRECTED = WRONG.replace(WRONG_LINE, CORRECTED_LINE)
PRINCIPLES_LINE = f"- {CLEAR}"
WITH_PRINCIPLES = CORRECTED.replace(_HEAD, f"{_HEAD}- {SHORT}\n{PRINCIPLES_LINE}\n\n")

STEPS = {"wrong example": WRONG, "example corrected": CORRECTED, "principles added": WITH_PRINCIPLES}
EXPECTED = {
    "wrong example": "Try it tonight.",
    "example corrected": "Better avoid it.",
    "principles added": "Not suitable for this guest.",
}
