"""Protocol, able to sign."""
import hashlib
import hmac

from . import _release


class Protocol(_release.Protocol):

    def _signature(self, key, parts):
        return hmac.new(key, b''.join(parts), hashlib.sha1).digest() if key else b''
