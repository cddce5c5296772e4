"""Who may see and make plans. A station's people see and plan their own station."""

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, NotAllowed, can
from xunfang.units.models import Station


def check_can_solve(user: User, station: Station) -> None:
    """Raise NotAllowed unless this person may have this station's night planned."""
    if not can_solve(user, station):
        raise NotAllowed(f"{user.username} may not plan for {station.code}")


def can_solve(user: User, station: Station) -> bool:
    """Say whether this person may have this station's night planned."""
    return can(user, Capability.SOLVE_PLAN) and user.station_code in {
        "",
        station.code,
    }


def check_can_order(user: User, station: Station) -> None:
    """Raise NotAllowed unless this person may order more at this station's places."""
    if not can_order(user, station):
        raise NotAllowed(f"{user.username} may not order for {station.code}")


def can_order(user: User, station: Station) -> bool:
    """Say whether this person may order more at this station's places."""
    return can(user, Capability.ORDER_PRESENCE) and user.station_code in {
        "",
        station.code,
    }


def check_can_order_city(user: User) -> None:
    """Raise NotAllowed unless this person may order for the whole city."""
    if not can_order_city(user):
        raise NotAllowed(f"{user.username} may not order for the city")


def can_order_city(user: User) -> bool:
    """Say whether this person may order for the whole city."""
    return can(user, Capability.ORDER_PRESENCE) and not user.station_code


def can_order_somewhere(user: User) -> bool:
    """Say whether this person may order for the city or at least for their station."""
    return can(user, Capability.ORDER_PRESENCE)


def check_can_publish(user: User, station: Station) -> None:
    """Raise NotAllowed unless this person may publish this station's night."""
    if not can_publish(user, station):
        raise NotAllowed(f"{user.username} may not publish for {station.code}")


def can_publish(user: User, station: Station) -> bool:
    """Say whether this person may publish this station's night, and withdraw it."""
    return can(user, Capability.PUBLISH_PLAN) and user.station_code in {
        "",
        station.code,
    }


def check_can_publish_city(user: User) -> None:
    """Raise NotAllowed unless this person may publish the whole city's night."""
    if not can_publish_city(user):
        raise NotAllowed(f"{user.username} may not publish for the city")


def can_publish_city(user: User) -> bool:
    """Say whether this person may publish the whole city's night."""
    return can(user, Capability.PUBLISH_PLAN) and not user.station_code
