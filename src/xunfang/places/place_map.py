"""What the map on a page needs."""

from xunfang.places import queries


def map_context(overlay_url: str) -> dict[str, object]:
    """Return what ``web/partials/city_map.html`` is told: the streets and the overlay.

    Without an overlay, or without streets, the page has no map.
    """
    network = queries.find_current_network()
    return {
        "network": network,
        "tiles_url": queries.tiles_url(network) if network else "",
        "overlay_url": overlay_url,
        "has_map": bool(network and overlay_url),
    }
