"""What the article (KB 817379) reads out of a server's facts."""

from exgate.exchange.reading import Blocked, Moot, Reading
from exgate.exchange.server import ExchangeServer
from exgate.exchange.vdir import VirtualDirectory

__all__ = ["Blocked", "ExchangeServer", "Moot", "Reading", "VirtualDirectory"]
