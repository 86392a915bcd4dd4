"""Signing in with OAuth 2.0: by a code typed in elsewhere (RFC 8628), or by a page that leads back to this machine (RFC 8252 with RFC 7636)."""

from bascule.move.signin.device import Prompt, by_device
from bascule.move.signin.loopback import by_page
from bascule.move.signin.ticket import Bearer, Fixed, Ticket
from bascule.move.signin.tokens import Tokens, Way

__all__ = ["Bearer", "Fixed", "Prompt", "Ticket", "Tokens", "Way", "by_device", "by_page"]
