"""What the article (KB 817379) reads out of a server's facts."""

from exgate.exchange.reading import Moot, Reading
from exgate.exchange.server import ExchangeServer
from exgate.exchange.vdir import VirtualDirectory

__all__ = ["ExchangeServer", "Moot", "Reading", "VirtualDirectory"]
