"""What the writer has chosen for one prompt file: by settings, and by commands on that file."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from prompt_salience.attribution.ablation.settings import AblationSettings
from prompt_salience.attribution.aggregation import Aggregation
from prompt_salience.engine_client.models import DEFAULT_MODEL
from prompt_salience.engine_client.protocol import DEFAULT_METHOD, Method, SamplingSettings
from prompt_salience.prompts.units import Granularity


class Live(StrEnum):
    """What happens by itself after an edit: nothing, the kept response is explained again, or everything runs again."""

    OFF = "off"
    EXPLAIN = "explain"
    RUN = "run"


@dataclass(frozen=True)
class Choices:
    """How a prompt file is run and explained.

    Attributes:
        model: what ``find_model`` finds: a name, or a folder.
        dtype: the number format of the weights, or None for the best on the device.
        case: the name of a case; None, or a name that the template does not have, stands for the first.
        aggregation: None leaves the choice to the method.
        pattern: the regular expression of the granularity ``pattern``.
        language: the two-letter code of the prompt's language.
        ablation: how methods that ablate leave units out.
        hint_threshold: the least influence that is written at the end of a line, from 0 to 1.
    """

    model: str = DEFAULT_MODEL
    dtype: str | None = None
    case: str | None = None
    method: Method = DEFAULT_METHOD
    granularity: Granularity = Granularity.SENTENCE
    aggregation: Aggregation | None = None
    pattern: str | None = None
    language: str = "en"
    sampling: SamplingSettings = field(default_factory=SamplingSettings)
    ablation: AblationSettings = field(default_factory=AblationSettings)
    live: Live = Live.EXPLAIN
    hint_threshold: float = 0.05
