"""Every change about comments, one function a verb."""

from comments.actions.appeals import (
    Words,
    decide_appeal,
    match_statement,
    set_aside_statement,
    submit_statement,
)
from comments.actions.blocks import end_run_out_blocks, lift_block, read_block_again
from comments.actions.cases import claim_case, flag_comment, open_cases, release_case
from comments.actions.decide import Judgment, decide_case, propose_block, refuse_block, second_block
from comments.actions.measures import drop_measure, retry_measure
from comments.actions.setup import change_word_list, choose_procedure

__all__ = [
    "Judgment",
    "Words",
    "change_word_list",
    "choose_procedure",
    "claim_case",
    "decide_appeal",
    "decide_case",
    "drop_measure",
    "end_run_out_blocks",
    "flag_comment",
    "lift_block",
    "match_statement",
    "open_cases",
    "propose_block",
    "read_block_again",
    "refuse_block",
    "release_case",
    "retry_measure",
    "second_block",
    "set_aside_statement",
    "submit_statement",
]
