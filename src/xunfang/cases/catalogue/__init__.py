"""The catalogue of services: numbered, owned, looked over twice a year, cited by answers."""
