"""Measures the path of a press beside two yardsticks in the same run: `python -m bench.run --help`.

Every process is real and every socket is a loopback one.  Figures from different runs or machines
must not be compared; the ratios within one run may be.
"""
