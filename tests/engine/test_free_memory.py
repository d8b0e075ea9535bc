"""How much memory is free, as the files of a made-up Linux say."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import jax
import pytest

from prompt_salience.engine.free_memory import Memory, device_memory, host_memory

MEMINFO = "MemTotal:        8000 kB\nMemFree:          500 kB\nMemAvailable:    6000 kB\nHugePages_Total:       0\n"


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def write_group(folder: Path, limit: str, used: str, stat: str, names: tuple[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in zip((*names, "memory.stat"), (limit, used, stat), strict=True):
        (folder / name).write_text(text)


VERSION_2 = ("memory.max", "memory.current")
VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes")


def test_what_is_available_without_swapping(tmp_path: Path) -> None:
    write(tmp_path, proc__meminfo=MEMINFO)
    assert host_memory(tmp_path) == Memory("this machine", 6000 * 1024, 8000 * 1024)


def test_a_control_group_sets_a_bound_and_gives_back_cached_files(tmp_path: Path) -> None:
    write(tmp_path, proc__meminfo=MEMINFO, proc__self__cgroup="0::/box/inner\n")
    groups = tmp_path / "sys/fs/cgroup"
    write_group(groups / "box", "3000000\n", "1500000\n", "anon 1\ninactive_file 400000\n", VERSION_2)
    write_group(groups / "box/inner", "max\n", "900000\n", "inactive_file 0\n", VERSION_2)
    assert host_memory(tmp_path).free == 1_900_000


def test_a_control_group_of_the_first_version(tmp_path: Path) -> None:
    write(tmp_path, proc__meminfo=MEMINFO, proc__self__cgroup="5:cpu:/\n4:memory:/box\n")
    folder = tmp_path / "sys/fs/cgroup/memory/box"
    write_group(folder, "2000000", "1800000", "total_inactive_file 100000\n", VERSION_1)
    assert host_memory(tmp_path).free == 300_000


def test_a_group_that_is_over_its_limit_leaves_nothing(tmp_path: Path) -> None:
    write(tmp_path, proc__meminfo=MEMINFO, proc__self__cgroup="0::/\n")
    write_group(tmp_path / "sys/fs/cgroup", "100", "200", "", VERSION_2)
    assert host_memory(tmp_path).free == 0


def test_elsewhere_all_memory_is_the_bound_or_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = host_memory(tmp_path)
    assert found.free == found.total
    assert found.total
    monkeypatch.setattr("os.sysconf_names", {})
    assert host_memory(tmp_path) == Memory("this machine", None, None)


@pytest.mark.parametrize(
    ("stats", "free", "total"), [({"bytes_limit": 100, "bytes_in_use": 30}, 70, 100), ({}, None, None), (None,) * 3]
)
def test_an_accelerator_says_how_much_jax_may_take(
    stats: dict[str, int] | None, free: int | None, total: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = SimpleNamespace(platform="gpu", device_kind="Chip", memory_stats=lambda: stats)
    monkeypatch.setattr(jax, "local_devices", lambda: [device])
    assert device_memory() == Memory("Chip", free, total)


def devices_with(*free: int, kind: str = "Chip") -> list[SimpleNamespace]:
    """Accelerators with so many free bytes each."""
    return [
        SimpleNamespace(platform="gpu", device_kind=kind, memory_stats=lambda rest=rest: {"bytes_limit": rest})
        for rest in free
    ]


def test_of_several_devices_the_fullest_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jax, "local_devices", lambda: devices_with(100, 70, 90))
    assert [device_memory(count).free for count in (1, 2, 3)] == [100, 70, 70]


def test_devices_of_another_kind_take_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    mixed = [*devices_with(100), *devices_with(10, kind="Chiplet"), *devices_with(80)]
    monkeypatch.setattr(jax, "local_devices", lambda: mixed)
    assert device_memory(2).free == 80


def test_devices_of_this_machine_share_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = SimpleNamespace(platform="cpu", device_kind="cpu")
    monkeypatch.setattr(jax, "local_devices", lambda: [cpu] * 4)
    monkeypatch.setattr("prompt_salience.engine.free_memory.host_memory", lambda: Memory("this machine", 1000, 2000))
    assert device_memory(4) == Memory("this machine", 250, 2000)
