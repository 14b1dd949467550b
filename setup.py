"""Tocsin, an open panic-button system for schools.  Base requirements fit a Pi Zero 2 W."""

from setuptools import find_packages, setup

setup(
    name="tocsin",
    version="0.1.0",
    description="An open panic-button system for schools: one press, all the way to the police",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.11",
    packages=find_packages(
        include=[
            f"{name}{rest}"
            for name in ("wire", "service", "device", "gateway", "police", "simulator")
            for rest in ("", ".*")
        ]
    ),
    package_data={
        "gateway.store": ["*.sql", "migrations/*.sql"],
        "gateway.store.pictures": ["*.sql"],
        "gateway.console": ["static/*", "templates/*"],
        "gateway.notices": ["*.sql"],
        "gateway.trust.card": ["*.sh", "*.service"],
        "wire": ["py.typed", "*.json", "vectors/**/*.json"],
        "police": ["page/*", "conformance/*.json", "conformance/cases/*.json"],
        "service": ["static/*"],
        "simulator": ["page/*"],
    },
    install_requires=[
        "cryptography>=50",
        "gpiozero>=2.0.1.post3",
        "h11>=0.16,<1",
        "paho-mqtt>=2.2,<3",
        "pydantic>=2.14,<3",
        "requests>=2.34,<3",
        "standardwebhooks>=1.1,<2",
    ],
    extras_require={
        # The button's own pins; on Python 3.13 there is no wheel: Raspberry Pi OS has
        # python3-lgpio, Debian has none.
        "pi": ["lgpio>=0.2.2; python_version < '3.13'"],
        "cameras": ["pillow>=13,<14"],
        # PyAV 19 needs Python 3.12.
        "video": ["av>=18.1,<20"],
        # The server at which agencies subscribe (kind = "eido-notifier").
        "eido": ["websockets>=17.4,<18"],
        # XML signatures on CAP messages.
        "cap": ["lxml>=6.1,<7", "signxml>=5.2,<6"],
        "police": [
            "argon2-cffi>=25.1,<26",
            "pyotp>=2.12,<3",
            "segno>=1.6.6,<2",
            "sse-starlette>=3.7,<4",
            "starlette>=1.10,<2",
            "uvicorn>=0.54,<1",
        ],
        "console": [
            "argon2-cffi>=25.1,<26",
            "jinja2>=3.1.6,<4",
            "pyotp>=2.12,<3",
            "segno>=1.6.6,<2",
            "sse-starlette>=3.7,<4",
            "starlette>=1.10,<2",
            "uvicorn>=0.54,<1",
        ],
        # What `tocsin-gateway init`, `enrol` and `authority` also need.
        "trust": [
            "argon2-cffi>=25.1,<26",
            "segno>=1.6.6,<2",
            "starlette>=1.10,<2",
            "uvicorn>=0.54,<1",
        ],
        # Passkeys as a second factor, where the pages have a name that browsers trust.
        "passkeys": ["webauthn>=3.0.1,<4"],
        # Carriers of notices to people: e-mail, SMS, push, chat.
        "notices": ["apprise>=2.3,<3"],
        # Figures for monitoring, at /metrics.
        "metrics": [
            "prometheus-client>=0.26,<1",
            "starlette>=1.10,<2",
            "uvicorn>=0.54,<1",
        ],
        # Encrypted copies of a gateway (`tocsin-gateway backup`, `restore`).
        "backup": ["pyrage>=1.4,<2"],
        "simulator": ["tomli-w>=1.2,<2"],
        "test": [
            "aio-rtsp-toolkit==0.1.4",
            "aiosmtpd>=1.4.6",
            "axe-playwright-python==0.1.8",
            "cyclonedx-python-lib>=11.12",
            "fake-rpi==0.7.1",
            "httpx2>=2.16",
            "hypothesis>=6.170",
            "jsonschema>=4.26",
            "lgpio>=0.2.2; python_version < '3.13'",
            "lxml-stubs>=0.5.1",
            "mypy>=2.4",
            "playwright>=1.65",
            "pysiaalarm==3.2.2",
            "pytest>=9.2",
            "pytest-cov>=7.1",
            "pytest-timeout>=2.4",
            "pytest-xdist>=3.8",
            "ruff>=0.17",
            "types-jsonschema",
            "types-requests",
        ],
    },
    entry_points={
        "console_scripts": [
            "tocsin-device = device.main:main",
            "tocsin-gateway = gateway.main:main",
            "tocsin-police = police.main:main",
            "tocsin-simulator = simulator.main:main",
        ]
    },
)
