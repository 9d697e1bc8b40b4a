"""Migrations, shipped inside the package; `HEAD` is what this version of the program runs on."""

HEAD = "0021"
