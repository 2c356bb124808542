"""How the practice network misbehaves when it is told to, for the tests and for drills."""

import itertools
import threading
from dataclasses import dataclass
from typing import Any, Literal, get_args

Kind = Literal[
    "slow", "drip", "rate_limit", "login_page", "empty", "broken_json", "wrong_json", "other_account",
    "reset", "truncated", "error", "redirect", "expired", "huge",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(slots=True)
class Fault:
    """One misbehaviour.

    `path`: part of the call's name, "*" for every call. `account`: only for calls by this did or handle, ""
    for all. `times`: how often (None: until cleared). `seconds`: how long `slow` waits before it answers,
    and how long `drip` takes over the answer. `retry_after`: for `rate_limit`. `other`: the did or handle
    whose data `other_account` gives.
    """

    id: int
    kind: Kind
    path: str = "*"
    account: str = ""
    times: int | None = None
    seconds: float = 5.0
    retry_after: int | None = 30
    other: str = ""


class Faults:
    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._faults: dict[int, Fault] = {}
        self._lock = threading.Lock()

    def add(self, **fields: Any) -> Fault:
        """Switch a fault on. Raises ValueError for a kind that there is not, TypeError for a field that
        there is not.
        """
        if fields.get("kind") not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}")
        fault = Fault(id=next(self._numbers), **fields)
        with self._lock:
            self._faults[fault.id] = fault
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        """Switch one fault off, or all."""
        with self._lock:
            if fault_id is None:
                self._faults.clear()
            else:
                self._faults.pop(fault_id, None)

    def on(self) -> list[Fault]:
        with self._lock:
            return list(self._faults.values())

    def take(self, path: str, accounts: set[str]) -> Fault | None:
        """Return the fault that strikes this call, counting it. `accounts` holds did and handle of who
        calls.
        """
        with self._lock:
            for fault in self._faults.values():
                if fault.path not in ("*", "") and fault.path not in path:
                    continue
                if fault.account and fault.account not in accounts:
                    continue
                if fault.times is not None:
                    if fault.times <= 0:
                        continue
                    fault.times -= 1
                return fault
        return None
