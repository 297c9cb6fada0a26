"""What the article (KB 817379) reads out of a server's facts."""

from exgate.exchange.identity import Identity
from exgate.exchange.method_2 import Method2
from exgate.exchange.reading import Blocked, Moot, Reading
from exgate.exchange.server import ExchangeServer
from exgate.exchange.sharepoint import SharePointBeside
from exgate.exchange.symptoms import Symptoms
from exgate.exchange.vdir import VirtualDirectory
from exgate.exchange.web import Web

__all__ = [
    "Blocked",
    "ExchangeServer",
    "Identity",
    "Method2",
    "Moot",
    "Reading",
    "SharePointBeside",
    "Symptoms",
    "VirtualDirectory",
    "Web",
]
