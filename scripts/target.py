"""The machines that Tocsin is made for: Debian 12 and 13, 64-bit, on a PC or a Pi."""

from typing import Final, NamedTuple

from packaging.requirements import Requirement

PYTHONS: Final = ("3.11", "3.13")
MACHINES: Final = ("x86_64", "aarch64")
# Debian 12's C library is 2.36; a wheel for an older one runs there.
_TAGS: Final = ("manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, 37)))


class Target(NamedTuple):
    """A Python on a kind of processor."""

    python: str
    machine: str

    def fits(self, need: Requirement, extras: frozenset[str] = frozenset()) -> bool:
        """True if what asks with these extras asks for it here."""
        here = {
            "python_version": self.python,
            "python_full_version": f"{self.python}.2",
            "platform_machine": self.machine,
            "platform_system": "Linux",
            "sys_platform": "linux",
            "os_name": "posix",
            "platform_python_implementation": "CPython",
            "implementation_name": "cpython",
        }
        return not need.marker or any(
            need.marker.evaluate({**here, "extra": extra}) for extra in extras or {""}
        )

    def for_pip(self) -> list[str]:
        """The words by which pip takes wheels for it, whatever machine it runs on itself."""
        return [
            "--only-binary=:all:", "--implementation", "cp", "--python-version", self.python,
            *(f"--platform={tag}_{self.machine}" for tag in _TAGS),
        ]  # fmt: skip
