"""Access policy: open or closed doors, decided once when a server starts."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal

from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from kms.access.keys import KeyStore
    from kms.access.users import UserStore
    from kms.settings import Settings

Doors = Literal["open", "closed"]

_MAKE_A_KEY = "kms keys create 'shop backend' --scope search --scope events --scope recommend --scope shopper"


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine only."""
    if host.casefold() in {"localhost", "localhost."}:
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def decide_doors(settings: Settings, host: str, keys: KeyStore, users: UserStore) -> Doors:
    """``open`` on a loopback address without keys and users, ``closed`` otherwise, or as the settings say.

    Args:
        settings: ``doors`` decides where it is not ``auto``.
        host: The address that the server will listen on.
        keys: Counted, revoked ones too: revoking the last key must not open the doors.
        users: Counted.

    Raises:
        ConfigurationError: The doors must be closed and there is no valid key, or may not be open here.
        StoreUnavailable: The store does not answer.
    """
    is_local = is_loopback(host)
    if settings.doors == "open":
        if not is_local:
            raise ConfigurationError(
                f"KMS_DOORS=open lets anybody read and write, so it is for loopback addresses only, not for {host}; "
                f"unset it and make a key:\n  {_MAKE_A_KEY}"
            )
        return "open"
    from kms.access.keys import utc_now

    if settings.doors == "auto" and is_local:
        return "closed" if keys.has_any() or users.has_any() else "open"
    now = utc_now()
    if not any(key.is_valid(now) for key in keys.all()):
        where = f"{host} can be reached from other machines" if not is_local else "KMS_DOORS is closed"
        raise ConfigurationError(
            f"{where}, and there is no valid API key, so nobody could ask anything rightly. Make one first:\n"
            f"  {_MAKE_A_KEY}\nand for the pages a user:\n  kms users create NAME --role admin\n"
            "To look at it on this machine alone, use --host 127.0.0.1; docs/security.md says more."
        )
    return "closed"
