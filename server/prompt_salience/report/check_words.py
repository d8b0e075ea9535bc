"""What a check by removing came to, in words: how log p changed, and how far influence agrees with the changes.

Decisions:
- How far two orders agree is said in words and as Spearman's ρ; that few units say little is said too, for an order of
  three comes out right by chance once in six times.
"""

from __future__ import annotations

from prompt_salience.verifying import Check, Verification

_FEW = 5
_FULLY, _LARGELY, _SOMEWHAT = 0.995, 0.6, 0.2


def change_words(check: Check, minus: str = "\N{MINUS SIGN}") -> str:
    """How much log p of the target changed, in nats: ``−2.31``."""
    shown = f"{check.change:+.2f}"
    return "0.00" if float(shown) == 0 else shown.replace("-", minus)


def agreement_words(verification: Verification) -> str:
    """One sentence: whether the order of the influence is that of what the units turned out to do."""
    count, agreement = len(verification.checks), verification.agreement
    if count < 2:
        return "One unit has no order that could agree or disagree."
    if agreement is None:
        return "The influence or the changes are all alike, so there is no order to compare."
    what = "drops" if verification.explanation.method.signed else "changes"
    few = ", which is few" if count < _FEW else ""
    return (
        f"The order of the influence {_how_far(agreement)} the order of the {what} of log p "
        f"(rank correlation {agreement:.2f} over {count:,} units{few})."
    )


def _how_far(agreement: float) -> str:
    if agreement >= _FULLY:
        return "is"
    if agreement >= _LARGELY:
        return "agrees largely with"
    if agreement >= _SOMEWHAT:
        return "agrees a little with"
    if agreement > -_SOMEWHAT:
        return "has nothing to do with"
    return "is rather the reverse of" if agreement > -_FULLY else "is the reverse of"
