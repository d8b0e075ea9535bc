"""Recommendation phrases, and the mapping from finding to phrase that one prompt's examples show.

Decisions
- Every prompt draws its own mapping, so that the only way to know it is to read the examples.
- A mapping is often deliberately wrong (a conflict gets a warm phrase), so that a wrong example counts.
- Now and then a phrase is made up for one prompt and can only be copied.
- Phrases for findings that no example shows (``FALLBACKS``) occur nowhere else: where an example is
  removed from a prompt, the answer visibly changes.
"""

from __future__ import annotations

import random

from cases import KINDS, Kind

WARM = (
    "Order this one.",
    "A sure pick.",
    "Gladly recommended.",
    "This will delight you.",
    "An easy yes.",
    "Don't miss it.",
    "Try it tonight.",
    "A fine choice.",
    "Made for this guest.",
    "Two thumbs up.",
    "Go ahead.",
    "Worth every bite.",
    "By all means.",
    "Top of the list.",
    "Say yes to it.",
    "A treat for you.",
    "Please do try it.",
    "The best on the menu.",
)
COLD = (
    "Better avoid it.",
    "Pass on this one.",
    "Not this time.",
    "Pick another dish.",
    "Leave it out.",
    "A clear no.",
    "Steer clear.",
    "Not a good fit.",
    "Skip this dish.",
    "Do not order this.",
    "Avoid this dish.",
    "Look elsewhere.",
    "Say no thanks.",
    "Never mind this one.",
    "Keep away from it.",
    "Not worth it.",
    "Hands off.",
)
LUKEWARM = (
    "Up to you.",
    "Could go either way.",
    "Ask the kitchen first.",
    "Fine, but nothing special.",
    "If you are curious.",
    "A middling choice.",
    "Maybe another day.",
)
UNSUITABLE = "Not suitable for this guest."
PHRASES = (*WARM, *COLD, *LUKEWARM)
FALLBACKS: dict[Kind, str] = {
    Kind.CONFLICT: "I would advise against it.",
    Kind.MATCH: "It should please.",
    Kind.NEITHER: "No strong view on it.",
}

Mapping = dict[Kind, str]

_OPENINGS = "Really Truly Perhaps Honestly Today Tonight Please Yes Sure Well Clearly Simply Friends Okay".split()  # noqa: SIM905
_VERBS = "try skip order avoid enjoy share taste refuse pick drop miss take choose".split()  # noqa: SIM905
_OBJECTS = ("it", "this", "this one", "this dish", "it with care", "it with friends", "it once", "a half", "two")
_WORDS = (  # noqa: SIM905
    "about after again all always another around bad big bring but call care chance cheers clear come cool day "
    "deal dear delight dinner done dream early easy eat else enough even evening extra family far fast favourite "
    "few fine five fresh friend full fun get gift give glad good grand great guest half hand happy hard have "
    "heart help here home hot how idea just keep kind know last late less life light little long look lots love "
    "luck lunch make many meal mind more most much need never next nice night no not nothing now often once one "
    "only other our out over party people place plate plain plus point quick quiet ready real rest right risk "
    "same save second send share short simple slow small smart so some soon special stay still stop strong sure "
    "table take tell ten thanks that there thing think three time today too top trouble true trust two under "
    "very wait walk want warm waste way week well why wise wish with wonder word work world wow yes yet you zero"
).split()


def _from_template(chooser: random.Random) -> str:
    parts = (chooser.choice(_OPENINGS), chooser.choice(_VERBS), chooser.choice(_OBJECTS))
    return " ".join(parts) + "."


def _from_words(chooser: random.Random) -> str:
    words = chooser.sample(_WORDS, chooser.choice((1, 2, 2, 3, 3, 4)))
    return " ".join(words).capitalize() + chooser.choice((".", ".", "!", ""))


def made_up_phrase(chooser: random.Random) -> str:
    """Return a phrase that most likely occurs in no other prompt."""
    return _from_template(chooser) if chooser.random() < 0.5 else _from_words(chooser)


def sensible_mapping(chooser: random.Random) -> Mapping:
    """Return a mapping as a considerate waiter would have it."""
    return {
        Kind.CONFLICT: chooser.choice(COLD),
        Kind.MATCH: chooser.choice(WARM),
        Kind.NEITHER: chooser.choice(LUKEWARM),
    }


def wrong_mapping(chooser: random.Random) -> Mapping:
    """Return a sensible mapping but for conflicts, which get a warm phrase of their own."""
    welcome, mistake = chooser.sample(WARM, 2)
    return {Kind.CONFLICT: mistake, Kind.MATCH: welcome, Kind.NEITHER: chooser.choice(LUKEWARM)}


def random_mapping(chooser: random.Random) -> Mapping:
    """Return any phrases at all, now and then the phrase for an unsuitable dish among them."""
    pool = (*PHRASES, UNSUITABLE)
    return {kind: chooser.choice(pool) for kind in KINDS}


def draw_mapping(chooser: random.Random, made_up_share: float = 0.0) -> Mapping:
    """Draw a mapping; in ``made_up_share`` of all draws most of its phrases are made up."""
    draw = chooser.choices((sensible_mapping, wrong_mapping, random_mapping), (0.2, 0.2, 0.6))[0]
    mapping = draw(chooser)
    if chooser.random() >= made_up_share:
        return mapping
    return {kind: made_up_phrase(chooser) if chooser.random() < 0.7 else mapping[kind] for kind in KINDS}
