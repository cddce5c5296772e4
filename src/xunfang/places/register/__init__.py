"""The register of key places: kept, looked in on, brought in from lists, taken out."""
