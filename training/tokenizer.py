"""The tokenizer: SentencePiece BPE trained on generated text, and tokens with loss weights.

Decisions
- Special tokens as Gemma has them: ``<pad>`` 0, ``<eos>`` 1, ``<bos>`` 2, ``<unk>`` 3, turn markers and
  runs of newlines as tokens of their own.
- Text passes through unchanged (identity normalisation, no dummy prefix); bytes stand in for what no
  piece covers, so that any text can be encoded and decoded again.
- Some plain sentences are mixed in, so that an edited prompt does not fall into single letters.
"""

from __future__ import annotations

import io
import random
import string
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sentencepiece

from menu import all_dishes
from prompts import Recipe, draw_prompt
from skills import facts_exercise
from spans import Role, Span, joined_text

VOCABULARY_SIZE = 2048
PAD, END, START = 0, 1, 2
NEWLINES = ("\n", "\n\n", "\n\n\n")
PLAIN_SENTENCES = (
    "The answer should name the main ingredient and say why it matters.",
    "Please write one or two sentences about each dish before you decide.",
    "If you do not know the dish, say so and ask the guest what they would like to eat.",
    "Here is what we know about the person who is going to order from our menu today.",
    "A good recommendation is honest, friendly and easy to understand for everyone.",
    "Vegan, vegetarian, kosher, halal and gluten-free dishes are marked on the menu.",
    "What would you suggest to someone who has never been to this restaurant before?",
)


@dataclass(frozen=True)
class TokenSequence:
    """Token ids of one training text with the role of each."""

    ids: list[int]
    roles: list[int]


Encoder = Callable[[str], list[int]]


def _training_lines(seed: int, prompts: int) -> Iterator[str]:
    chooser = random.Random(seed)
    recipe = Recipe(all_dishes(), varied_share=0.6)
    for _ in range(prompts):
        prompt = draw_prompt(recipe, chooser)
        yield from filter(None, (prompt.prompt + prompt.answer).split("\n"))
    for _ in range(prompts // 40):
        yield from filter(None, joined_text(facts_exercise(chooser)).split("\n"))
    yield from PLAIN_SENTENCES * max(1, prompts // 400)


def train_tokenizer(path: Path, seed: int, prompts: int = 16000) -> None:
    """Train the tokenizer on freshly generated prompts and write its model file."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=_training_lines(seed, prompts),
        model_writer=model,
        vocab_size=VOCABULARY_SIZE,
        model_type="bpe",
        pad_id=PAD,
        eos_id=END,
        bos_id=START,
        unk_id=3,
        pad_piece="<pad>",
        eos_piece="<eos>",
        bos_piece="<bos>",
        unk_piece="<unk>",
        user_defined_symbols=["<start_of_turn>", "<end_of_turn>", *NEWLINES],
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=False,
        required_chars=string.ascii_letters + string.digits + string.punctuation,
        minloglevel=2,
        num_threads=1,
    )
    path.write_bytes(model.getvalue())


def load_tokenizer(path: Path) -> sentencepiece.SentencePieceProcessor:
    """Load a tokenizer from its model file."""
    return sentencepiece.SentencePieceProcessor(model_file=str(path))


def caching_encoder(path: Path) -> Encoder:
    """Return an encoder that remembers the pieces of text it has seen."""
    processor = load_tokenizer(path)

    @lru_cache(maxsize=200_000)
    def encode_once(text: str) -> tuple[int, ...]:
        return tuple(processor.encode(text))

    return lambda text: list(encode_once(text))


def encode_spans(spans: Sequence[Span], encode: Encoder, ends: Role | None = None) -> TokenSequence:
    """Encode spans behind ``<bos>``; with ``ends``, close with ``<eos>`` in that role."""
    ids, roles = [START], [int(Role.CONTEXT)]
    for span in spans:
        pieces = encode(span.text)
        span_roles = [int(span.role)] * len(pieces)
        if span_roles and span.first_role is not None:
            span_roles[0] = int(span.first_role)
        ids += pieces
        roles += span_roles
    if ends is not None:
        ids.append(END)
        roles.append(int(ends))
    return TokenSequence(ids, roles)
