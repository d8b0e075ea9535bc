"""The same sequence with other embeddings: what methods that look around the input are made of."""

from __future__ import annotations

from dataclasses import replace

from jax import Array

from prompt_salience.engine.forward import forward_from
from prompt_salience.engine.sequence_read import SequenceRead
from prompt_salience.engine_client.protocol import Progress


def at_embeddings(sequence: SequenceRead, embeddings: Array, progress: Progress) -> SequenceRead:
    """The sequence read from embeddings, before scaling, of shape [bucket, hidden]."""
    keep_products = bool(sequence.run.layers[0].products)
    run = forward_from(sequence.model, sequence.run.token_ids, embeddings, progress, keep_products=keep_products)
    return replace(sequence, run=run)


def as_part(progress: Progress, number: int, count: int, _doing: str, _done: int, _of: int) -> None:
    """Report a layer of one of ``count`` passes as the number of passes that are done."""
    progress("explaining", number, count)
