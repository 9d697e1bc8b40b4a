"""Freight tables that coordinators set for prefectures of theirs, and which of them count."""
