"""Measurements of Portico: ``python -m bench``. ``docs/benchmarks.md`` says what each line means."""
