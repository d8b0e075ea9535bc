"""The engine process: ``python -m prompt_salience.engine``, started by ``engine_client``, served over its streams.

Decisions:
- It answers before it imports Keras, which takes seconds; the first request that needs a model does that.
- An interrupt in the terminal reaches all processes of the group. What becomes of this one is for its client to say.
"""

from __future__ import annotations

import signal
from typing import NoReturn

from prompt_salience.engine.serving import Serving
from prompt_salience.engine_client.protocol import Engine, Progress
from prompt_salience.engine_client.wire import ModelAddress
from prompt_salience.standard_streams import take_link


def main() -> NoReturn:
    """Serve models from preset folders until the client goes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Serving(_load, *take_link()).run()


def _load(model: ModelAddress, progress: Progress) -> Engine:
    from prompt_salience.engine.load import load_engine

    return load_engine(model.path, name=model.name, dtype=model.dtype, progress=progress)


if __name__ == "__main__":
    main()
